// For a test in a browser: what of a picture's rendered words lies outside its box, or outside the picture.
// `svg`: the <svg> element, in a document. Gives sentences; none where all is well.
function wordsOutsideTheirBoxes(svg) {
  var slack = 0.5, wrong = [];
  function place(element) {
    var box = element.getBBox();
    return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
  }
  function check(text, around, name) {
    var inner = place(text);
    if (inner.left < around.left - slack || inner.right > around.right + slack ||
        inner.top < around.top - slack || inner.bottom > around.bottom + slack) {
      wrong.push("'" + text.textContent + "' lies outside " + name + ": " + JSON.stringify(inner) + " in " +
                 JSON.stringify(around));
    }
  }
  var view = svg.viewBox.baseVal;
  var whole = { left: 0, top: 0, right: view.width, bottom: view.height };
  var texts = svg.querySelectorAll("text");
  for (var i = 0; i < texts.length; i++) {
    var parent = texts[i].parentNode;
    var box = parent.querySelector ? parent.querySelector("rect.b") : null;
    var isOutline = parent.getAttribute("class") === "group";
    if (parent !== svg && box && !isOutline) check(texts[i], place(box), "its box");
    else check(texts[i], whole, "the picture");
  }
  return wrong;
}

"""A picture in the form that `list format=svg` answers in, for a plugin that does not draw one yet."""

import json
from xml.sax.saxutils import escape, quoteattr

KNOWN = "format takes json or text, not 'svg'"


def draw(reply, width):
    boxes = []
    for row, device in enumerate(one for one in reply["devices"] if not one["class_id"].startswith(("06", "08"))):
        x = 268 if device["dom0_access"] != "disabled" else 646
        x = 20 if width == "narrow" else x
        label = f"{device['address']} {device.get('device', '')}"
        boxes.append(
            f'<g class="function" data-address="{device["address"]}" tabindex="0" focusable="true" role="button" '
            f'aria-label={quoteattr(label)}><title>{escape(label)}</title><desc>{escape(str(device["driver"]))}</desc>'
            f'<rect class="box" x="{x}" y="{60 + row * 52}" width="270" height="44" rx="6" fill="#fff" stroke="#6d7986"/>'
            f'<text x="{x + 10}" y="{78 + row * 52}" font-size="12" fill="#1d2733">{escape(label[:38])}</text></g>')
    wide = 360 if width == "narrow" else 1280
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{60 + 52 * len(boxes)}" viewBox="0 0 {wide} '
            f'{60 + 52 * len(boxes)}" font-family="DejaVu Sans, sans-serif" role="group" aria-label="PCI functions">'
            f'<rect class="paper" width="100%" height="100%" fill="#fbfbfa"/>{"".join(boxes)}</svg>')

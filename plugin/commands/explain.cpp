#include <fmt/format.h>

#include <boost/json/value.hpp>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough::reports {
namespace {

/// Who may lift a refusal; null where it refuses nothing, or nobody may.
boost::json::value accepted_by(Refusal refusal) {
  switch (refusal) {
    case Refusal::acceptable:
      return "whoever may call";
    case Refusal::acceptable_at_shell:
      return "root at a shell on the host";
    default:
      return nullptr;
  }
}

std::string_view about(const Check& check) {
  constexpr std::string_view words[] = {"device", "host", "vm", "pool"};
  return words[check.run.index()];
}

object check_json(const Check& check) {
  return {{"code", check.code},
          {"about", about(check)},
          {"severity", name_of(check.severity)},
          {"refuses", check.refusal != Refusal::none},
          {"accepted_by", accepted_by(check.refusal)},
          {"means", check.means},
          {"fires", check.fires},
          {"rests_on", check.rests_on},
          {"remedy", check.remedy},
          {"old_code", check.old_code.empty() ? boost::json::value(nullptr)
                                              : boost::json::value(check.old_code)}};
}

std::string refusal_words(const object& check) {
  if (!check.at("refuses").as_bool()) return "";
  const auto by = member(check, "accepted_by");
  return by.empty() ? "; refuses, and nobody may accept it"
                    : fmt::format("; refuses, unless {} accepts it", by);
}

std::string check_text(const object& check) {
  constexpr char indent[] = "  ";
  auto text = wrapped(fmt::format("{} ({}{})", member(check, "code"), member(check, "severity"),
                                  refusal_words(check)),
                      "");
  const auto add = [&](std::string_view label, std::string_view name) {
    if (const auto words = member(check, name); !words.empty())
      text += wrapped(fmt::format("{}{}", label, words), indent);
  };
  add("", "means");
  add("When: ", "fires");
  add("Rests on: ", "rests_on");
  add("What to do: ", "remedy");
  add("Was called: ", "old_code");
  return text;
}

}  // namespace

object explain(const Analysis&, const Arguments& arguments) {
  array checks;
  if (!arguments.check) {
    for (const auto& check : catalogue()) checks.push_back(check_json(check));
  } else if (const Check* check = find_check(*arguments.check)) {
    checks.push_back(check_json(*check));
  } else {
    throw misuse(fmt::format("unknown check '{}'; explain without a check lists all of them",
                             *arguments.check));
  }
  return {{"schema", schema}, {"checks", std::move(checks)}};
}

std::string explain_text(const object& reply) {
  std::string text;
  for (const auto& check : reply.at("checks").as_array())
    text += (text.empty() ? "" : "\n") + check_text(check.as_object());
  return text;
}

}  // namespace pci_passthrough::reports

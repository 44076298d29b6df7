#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "plugin/boot/grub_lexer.hpp"

namespace pci_passthrough {

/// One command of GRUB's shell, or one of its compounds.
struct GrubCommand {
  std::vector<GrubToken>
      words;  ///< at least one; of a compound its keyword: "if", "for", "function"
  std::vector<GrubCommand>
      body;  ///< of its { block }; of a compound, conditions and branches in order
  bool compound = false;
  std::size_t end = 0;  ///< behind its '}'; 0 where it has no block

  const std::string& name() const { return words.front().value; }
  std::size_t line() const { return words.front().line; }
};

struct GrubScript {
  std::vector<GrubCommand> commands;
  std::optional<BootTrouble> trouble;
};

/// Reads a script by GRUB's grammar (grub-core/script/parser.y); the first error ends the reading.
GrubScript parse_grub_script(std::string_view text);

}  // namespace pci_passthrough

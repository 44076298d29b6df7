#pragma once

#include <optional>
#include <vector>

#include "plugin/picture/part.hpp"

namespace pci_passthrough::picture {

/// A row: a function of its own, or functions that are folded into one.
struct Row {
  Part part;                 ///< of a fold its first
  std::vector<Part> folded;  ///< empty: the function stands alone
  std::string fold_words;    ///< "and 9 chipset functions that no VM can use"
};

/// A branch of the tree of bridges: a chain of single bridges is one, a switch has branches below.
struct Rail {
  std::vector<PciAddress> bridges;
  std::string label;        ///< "root port 00:1c.5 › bridge 02:00.0", "on the board itself"
  std::string short_label;  ///< "00:1c.5 › bridge 02:00.0"
  int depth = 0;
  std::vector<Row> rows;
  std::vector<Rail> below;

  /// It branches, or has rows beside branches: then its label stands on a line of its own.
  bool has_own_line() const { return !below.empty(); }
};

/// Which functions stand alone, and which are folded.
struct Folded {
  std::vector<Row> rows;      ///< in the order of their first function
  std::vector<Part> chipset;  ///< last of all, with the bridges that lead to nothing that is drawn
};
Folded fold(const Listing& listing);

/// The rails of these rows, root ports first and the board itself last.
std::vector<Rail> rails_of(const Listing& listing, const std::vector<Row>& rows);

/// "00:05.0, 8a:10.0 to 8a:11.6": a range is of all that the listing has between.
std::string ranges(const Listing& listing, const std::vector<Part>& parts);

}  // namespace pci_passthrough::picture

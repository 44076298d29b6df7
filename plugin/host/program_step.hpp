#pragma once

#include <string>

#include "plugin/host/host.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// Runs a program of a plan to its end; what went wrong, "" where nothing did.
std::string run_step(const Host& host, const Lock& lock, const RunProgram& step);

}  // namespace pci_passthrough

#pragma once

#include <optional>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Does one of the two put the other's name on its requests, so that an IOMMU cannot tell them
/// apart (search.c pci_devs_are_dma_aliases)? The models are those of quirks.c:
/// quirk_dma_func0_alias, quirk_dma_func1_alias, quirk_fixed_dma_alias, quirk_mic_x200_dma_alias,
/// quirk_pex_vca_alias, quirk_plx_ntb_dma_alias; not Switchtec's, whose names stand in its own
/// memory.
std::optional<bool> are_dma_aliases(const Function& one, const Function& other);

/// Does its DMA bear the name of function 1 of its slot, which it is not (quirk_dma_func1_alias)?
std::optional<bool> bears_name_of_function_1(const Function& function);

/// Is it none of these models, for certain?
bool bears_its_own_name(const Function& function);

}  // namespace pci_passthrough

/* A driver that never lets go of its device: what some drivers of real cards do. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/pci.h>

static int stuck_probe(struct pci_dev* device, const struct pci_device_id* id) { return 0; }

static void stuck_remove(struct pci_dev* device) {
  for (;;) schedule_timeout_uninterruptible(HZ);
}

static struct pci_driver stuck = {.name = "stuck", .probe = stuck_probe, .remove = stuck_remove};
module_pci_driver(stuck);
MODULE_LICENSE("GPL");

/* The floor of a `list`: opens and reads the files that it reads of each PCI function, and pci.ids, and does
   nothing with them. floor ROOT PCI_IDS */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *const names[] = {"uevent", "config", "irq", "reset_method", "reset", "numa_node"};

static long read_all(int directory, const char *name) {
  char chunk[1 << 16];
  const int file = openat(directory, name, O_RDONLY);
  long size = 0, got;
  if (file < 0) return 0;
  while ((got = read(file, chunk, sizeof chunk)) > 0) size += got;
  close(file);
  return size;
}

int main(int argc, char **argv) {
  char path[4096];
  long size = 0;
  if (argc != 3) return 2;
  snprintf(path, sizeof path, "%s/sys/bus/pci/devices", argv[1]);
  DIR *const all = opendir(path);
  if (!all) return 1;
  for (const struct dirent *one; (one = readdir(all));) {
    const int directory = openat(dirfd(all), one->d_name, O_RDONLY | O_DIRECTORY);
    if (directory < 0 || one->d_name[0] == '.') continue;
    for (unsigned i = 0; i < sizeof names / sizeof *names; ++i) size += read_all(directory, names[i]);
    close(directory);
  }
  size += read_all(AT_FDCWD, argv[2]);
  return size ? 0 : 1;
}

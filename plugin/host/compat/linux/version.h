// Stands before the system's header when program.cpp or http.cpp is compiled, and only then. Boost.Process
// chooses close_range by the build machine's headers; on an older kernel the call is missing and
// every descriptor leaks into the child. So the oldest kernel that we run on is named here.
// Like the system's header it has no include guard.
#include_next <linux/version.h>
#undef LINUX_VERSION_CODE
#define LINUX_VERSION_CODE KERNEL_VERSION(2, 6, 32)

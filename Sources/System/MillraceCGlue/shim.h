#pragma once
// What the C library has and the toolchain's own module does not show: event descriptors and the allocator's settings.
#if defined(__linux__)
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#endif
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

/// Names the calling thread; at most 15 bytes are kept.
static inline void millrace_name_thread(const char *name) {
#if defined(__linux__)
    prctl(PR_SET_NAME, name, 0, 0, 0);
#endif
}

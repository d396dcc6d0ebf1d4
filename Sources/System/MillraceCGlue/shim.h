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
#include <time.h>
#include <unistd.h>

/// Names the calling thread; at most 15 bytes are kept.
static inline void millrace_name_thread(const char *name) {
#if defined(__linux__)
    prctl(PR_SET_NAME, name, 0, 0, 0);
#endif
}

/// Nanoseconds of a clock that never goes back.
static inline uint64_t millrace_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Milliseconds since 1970.
static inline int64_t millrace_wall_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

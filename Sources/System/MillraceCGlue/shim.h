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
#include <stdbool.h>
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

#if defined(__linux__)
// <poll.h> shows it to GNU sources only, and who includes that first is not ours to say.
extern int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
#endif

/// Waits until there is something to read, or for so many nanoseconds: rounded up to milliseconds but on Linux. Returns
/// whether there is.
static inline bool millrace_wait_readable(int descriptor, uint64_t nanoseconds) {
    struct pollfd waited = {.fd = descriptor, .events = POLLIN};
#if defined(__linux__)
    struct timespec time = {.tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)};
    return ppoll(&waited, 1, &time, 0) > 0;
#else
    return poll(&waited, 1, (int)((nanoseconds + 999999u) / 1000000u)) > 0;
#endif
}

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

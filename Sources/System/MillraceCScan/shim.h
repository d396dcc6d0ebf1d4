#pragma once
// Where in 16 bytes of a JSON string the first one stands that means something. Vectors of Swift 6.3 are compared byte by
// byte; these are three instructions each.
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>

static inline uint32_t millrace_specials(const uint8_t *at) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    // One more than 0x7F and all above it is negative or zero.
    __m128i special = _mm_cmplt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8(1)), _mm_set1_epi8(0x21));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return (uint32_t)_mm_movemask_epi8(special);
}

/// The first of 16 bytes that is a quote, a backslash, below 0x20 or above 0x7E. 16: none.
static inline uint32_t millrace_first_special(const uint8_t *at) {
    return (uint32_t)__builtin_ctz(millrace_specials(at) | 0x10000u);
}

/// The same of 64 bytes. 64: none.
static inline uint32_t millrace_first_special_of_64(const uint8_t *at) {
    const uint64_t found = (uint64_t)millrace_specials(at) | (uint64_t)millrace_specials(at + 16) << 16
        | (uint64_t)millrace_specials(at + 32) << 32 | (uint64_t)millrace_specials(at + 48) << 48;
    return found == 0 ? 64 : (uint32_t)__builtin_ctzll(found);
}

/// The first of the bytes that is a quote or a backslash. 16: none.
static inline uint32_t millrace_first_quote_or_backslash(const uint8_t *at) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    const __m128i found = _mm_or_si128(
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return (uint32_t)__builtin_ctz((unsigned)_mm_movemask_epi8(found) | 0x10000u);
}
#endif

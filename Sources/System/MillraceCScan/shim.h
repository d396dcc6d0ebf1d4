#pragma once
// Which of 64 bytes mean something inside a JSON string, a bit each. Vectors of Swift 6.3 are compared byte by byte; with
// the processor's own instructions it is one step. Words of eight bytes do the same where they are missing.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// What is looked for.
typedef struct {
    /// A quote or a backslash.
    uint64_t ends_or_escapes;
    /// These, and what is below 0x20 or above 0x7E.
    uint64_t specials;
} millrace_string_marks;

/// Eight bits, one for each byte of the word: whether its top bit is set. The first byte is the lowest.
static inline uint64_t millrace_top_bits(uint64_t word) {
    return (((word >> 7) & 0x0101010101010101u) * 0x0102040810204080u) >> 56;
}

/// The top bit of each byte that is the given one.
static inline uint64_t millrace_bytes_equal(uint64_t word, uint8_t byte) {
    const uint64_t low = 0x7F7F7F7F7F7F7F7Fu, difference = word ^ (0x0101010101010101u * byte);
    return ~(((difference & low) + low) | difference) & ~low;
}

/// The marks by words, on every processor.
static inline millrace_string_marks millrace_marks_by_words(const uint8_t *at) {
    millrace_string_marks marks = {0, 0};
    for (int i = 0; i < 8; i++) {
        uint64_t word = 0;
        for (int byte = 7; byte >= 0; byte--) word = word << 8 | at[i * 8 + byte];
        const uint64_t tops = 0x8080808080808080u;
        const uint64_t ends = millrace_bytes_equal(word, '"') | millrace_bytes_equal(word, '\\');
        const uint64_t controls = ~((word | tops) - 0x2020202020202020u) & tops;
        marks.ends_or_escapes |= millrace_top_bits(ends) << (i * 8);
        marks.specials |= millrace_top_bits(ends | controls | word | millrace_bytes_equal(word, 0x7F)) << (i * 8);
    }
    return marks;
}

/// The marks of 64 bytes.
static inline __attribute__((always_inline)) millrace_string_marks millrace_marks(const uint8_t *at) {
#if defined(__SSE2__)
    millrace_string_marks marks = {0, 0};
    for (int i = 0; i < 4; i++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(at + i * 16));
        const __m128i ends = _mm_or_si128(
            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        // One more than 0x7F and all above it is negative or zero.
        const __m128i beyond = _mm_cmplt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8(1)), _mm_set1_epi8(0x21));
        marks.ends_or_escapes |= (uint64_t)(uint32_t)_mm_movemask_epi8(ends) << (i * 16);
        marks.specials |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(ends, beyond)) << (i * 16);
    }
    return marks;
#else
    return millrace_marks_by_words(at);
#endif
}

/// The marks of fewer than 64 bytes, behind which nothing may be read.
static inline millrace_string_marks millrace_marks_of_last(const uint8_t *at, size_t count) {
    uint8_t padded[64];
    memset(padded, ' ', sizeof padded);
    memcpy(padded, at, count);
    return millrace_marks(padded);
}

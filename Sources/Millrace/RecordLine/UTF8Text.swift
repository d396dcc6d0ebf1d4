import CloudEvents

/// Whether bytes may stand as text.
package enum UTF8Text {
    /// Whether the bytes are well-formed UTF-8 (RFC 3629): shortest forms, no surrogates, nothing above U+10FFFF.
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard var position = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return true }
        let end = position + bytes.count
        while position < end {
            if end - position >= 8,
                UnsafeRawPointer(position).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                position += 8
            } else if position.pointee < 0x80 {
                position += 1
            } else {
                guard let length = UTF8Sequence.length(at: position, end: end) else { return false }
                position += length
            }
        }
        return true
    }
}

/// Base64 (RFC 4648 section 4): the standard alphabet, padded, no line breaks.
package enum Base64 {
    /// The value of each byte as a digit; 0xFF for bytes that are none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static var padding: UInt8 { UInt8(ascii: "=") }

    /// The offset of the first byte at fault, or nil. A length that is not a multiple of four is a fault at the end.
    package static func fault(_ text: ByteView) -> Int? {
        guard let start = text.start else { return nil }
        let significant = significantCount(text)
        return values.withUnsafeBufferPointer { values in
            for index in 0..<significant where values[Int(start[index])] == 0xFF { return index }
            return text.count % 4 == 0 ? nil : text.count
        }
    }

    /// The count without padding of one or two signs at the end.
    private static func significantCount(_ text: ByteView) -> Int {
        guard text.count >= 4, text[text.count - 1] == padding else { return text.count }
        return text[text.count - 2] == padding ? text.count - 2 : text.count - 1
    }

    /// Writes the bytes of text without fault, of which there are less than of the text; answers how many.
    package static func decode(_ text: ByteView, into out: UnsafeMutablePointer<UInt8>) -> Int {
        guard let start = text.start else { return 0 }
        return values.withUnsafeBufferPointer { values in
            var bits: UInt32 = 0
            var count = 0
            for index in 0..<significantCount(text) {
                bits = (bits << 6) | UInt32(values[Int(start[index])] & 0x3F)
                if index & 3 != 0 {
                    out[count] = UInt8(truncatingIfNeeded: bits >> (6 - 2 * UInt32(index & 3)))
                    count += 1
                }
            }
            return count
        }
    }

    /// The text of the bytes.
    package static func encode(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { out, count in
            digits.withUnsafeBufferPointer { digits in
                var index = 0
                while index < bytes.count {
                    let left = bytes.count - index
                    let second = left > 1 ? UInt32(bytes[index + 1]) : 0
                    let third = left > 2 ? UInt32(bytes[index + 2]) : 0
                    let bits = (UInt32(bytes[index]) << 16) | (second << 8) | third
                    out[count] = digits[Int(bits >> 18)]
                    out[count + 1] = digits[Int((bits >> 12) & 0x3F)]
                    out[count + 2] = left > 1 ? digits[Int((bits >> 6) & 0x3F)] : padding
                    out[count + 3] = left > 2 ? digits[Int(bits & 0x3F)] : padding
                    count += 4
                    index += 3
                }
            }
        }
    }
}

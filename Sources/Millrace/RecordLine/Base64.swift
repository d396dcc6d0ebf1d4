/// Base64 of RFC 4648, section 4: the standard alphabet, padded, nothing else accepted.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
    private static let padding = UInt8(ascii: "=")

    /// Appends the text of the bytes.
    package static func encode(_ raw: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        text.reserveCapacity(text.count + (raw.count + 2) / 3 * 4)
        var index = 0
        while index + 3 <= raw.count {
            let group = UInt32(raw[index]) << 16 | UInt32(raw[index + 1]) << 8 | UInt32(raw[index + 2])
            for shift: UInt32 in [18, 12, 6, 0] { text.append(alphabet[Int(group >> shift & 63)]) }
            index += 3
        }
        switch raw.count - index {
        case 1:
            let group = UInt32(raw[index]) << 16
            text.append(contentsOf: [alphabet[Int(group >> 18)], alphabet[Int(group >> 12 & 63)], padding, padding])
        case 2:
            let group = UInt32(raw[index]) << 16 | UInt32(raw[index + 1]) << 8
            text.append(contentsOf: [
                alphabet[Int(group >> 18)], alphabet[Int(group >> 12 & 63)], alphabet[Int(group >> 6 & 63)], padding,
            ])
        default: break
        }
    }

    /// The bytes of the text; nil where it is no padded base64 of the standard alphabet, or where unused bits are set,
    /// so that each sequence of bytes has exactly one text.
    package static func decode(_ text: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var raw: [UInt8] = []
        raw.reserveCapacity(text.count / 4 * 3)
        let content = text.dropLast(text.suffix(2).reversed().prefix { $0 == padding }.count)
        var group: UInt32 = 0
        var bits = 0
        for byte in content {
            let value = values[Int(byte)]
            guard value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            raw.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            group &= (1 << UInt32(bits)) - 1
        }
        return group == 0 ? raw : nil
    }
}

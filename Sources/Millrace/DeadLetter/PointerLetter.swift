import MillraceCCrypto

/// The value of a letter whose record is too large for the dead-letter topic: where the record stands, how large it is,
/// and digests that prove which one it was.
package struct PointerLetter {
    /// The media type of the value.
    package static let mediaType = "application/vnd.millrace.pointer+json"

    package var origin: LetterOrigin
    package var key: UnsafeRawBufferPointer?
    package var value: UnsafeRawBufferPointer?
    package var headerCount: Int

    package init(
        origin: LetterOrigin, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headerCount: Int
    ) {
        self.origin = origin
        self.key = key
        self.value = value
        self.headerCount = headerCount
    }

    /// The JSON document.
    package var json: String {
        """
        {"topic":\(JSONText.quoted(origin.topic)),"partition":\(origin.partition),"offset":\(origin.offset),\
        "timestamp":\(origin.timestamp.milliseconds),"timestampType":"\(origin.timestamp.kind.rawValue)",\
        "keyBytes":\(size(key)),"keySHA256":\(digest(key)),"valueBytes":\(size(value)),"valueSHA256":\(digest(value)),\
        "headers":\(headerCount)}
        """
    }

    private func size(_ bytes: UnsafeRawBufferPointer?) -> String { bytes.map { String($0.count) } ?? "null" }

    private func digest(_ bytes: UnsafeRawBufferPointer?) -> String {
        bytes.map { "\"\(Digest.sha256Hexadecimal($0))\"" } ?? "null"
    }
}

/// Digests, by OpenSSL.
package enum Digest {
    /// SHA-256 in lower-case hexadecimal.
    package static func sha256Hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        // An empty buffer may have no address, which the function does not take.
        if let base = bytes.baseAddress {
            SHA256(base.assumingMemoryBound(to: UInt8.self), bytes.count, &digest)
        } else {
            var nothing: UInt8 = 0
            SHA256(&nothing, 0, &digest)
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Text as JSON.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

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
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("topic", origin.topic)
        writer.member("partition", Int64(origin.partition))
        writer.member("offset", origin.offset)
        writer.member("timestamp", origin.timestamp.milliseconds)
        writer.member("timestampType", origin.timestamp.kind.rawValue)
        describe(key, as: "keyBytes", "keySHA256", &writer)
        describe(value, as: "valueBytes", "valueSHA256", &writer)
        writer.member("headers", Int64(headerCount))
        writer.endObject()
        return writer.bytes
    }

    private func describe(
        _ bytes: UnsafeRawBufferPointer?, as size: StaticString, _ digest: StaticString, _ writer: inout JSONWriter
    ) {
        writer.name(size)
        if let bytes { writer.integer(Int64(bytes.count)) } else { writer.null() }
        writer.member(digest, bytes.map { Digest.sha256Hexadecimal($0) })
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

package import CloudEvents
import MillraceCCrypto
package import MillraceEngine

extension EventDigest {
    /// Of an event: over its source and id, and over its type and the bytes of its data besides. Qlik Cloud's documentation
    /// has a creation and a deletion with one id and the same data.
    package init(_ event: CloudEvent) {
        // No data and empty data differ.
        let data = event.withDataBytes { Self.sha256($0) }
        let (identity, content) = event.withMemory { envelope in
            let identity = Self.sha256(joining: [envelope.source.bytes, envelope.id.bytes])
            let known = (identity, data ?? 0, data == nil ? UInt64(0) : 1)
            return (identity, withUnsafeBytes(of: known) { Self.sha256(joining: [$0, envelope.type.bytes]) })
        }
        self.init(identity: identity, content: content)
    }

    /// The first half of SHA-256 over texts, each behind its length.
    private static func sha256(joining texts: [UnsafeRawBufferPointer]) -> UInt128 {
        var bytes: [UInt8] = []
        for text in texts {
            withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text)
        }
        return bytes.withUnsafeBytes { sha256($0) }
    }

    /// The first half of SHA-256.
    private static func sha256(_ bytes: UnsafeRawBufferPointer) -> UInt128 {
        var digest: (UInt128, UInt128) = (0, 0)
        withUnsafeMutableBytes(of: &digest) { out in
            let target = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
            // An empty buffer may have no address, which the function does not take.
            guard let base = bytes.baseAddress else { return _ = SHA256([0], 0, target) }
            SHA256(base.assumingMemoryBound(to: UInt8.self), bytes.count, target)
        }
        return digest.0
    }
}

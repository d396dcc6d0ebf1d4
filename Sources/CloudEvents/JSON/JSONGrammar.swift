/// The grammar check of whole JSON documents (RFC 8259): one value, UTF-8, bounded depth, nothing behind it.
///
/// The envelope of structured events is read by the same scanner.
package enum JSONGrammar {
    /// Checks the document without copying it.
    ///
    /// - Parameters:
    ///   - bytes: the text; a byte order mark is at fault, the caller removes the one it tolerates.
    ///   - maximumDepth: how many arrays and objects may stand within each other.
    ///   - allowsLoneSurrogates: whether half of a surrogate pair, as an escape, is left to the caller.
    package static func check(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 512, allowsLoneSurrogates: Bool = false
    ) throws(JSONFault) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else {
            throw JSONFault(kind: .syntax, offset: 0, detail: "the text is empty")
        }
        var scanner = JSONScanner(base: base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        if let after = scanner.skipValue(scanner.skipWhitespace(scanner.base), depth: maximumDepth) {
            scanner.expectEnd(after)
        }
        if allowsLoneSurrogates { scanner.loneSurrogate = nil }
        if let fault = scanner.fault() { throw fault }
    }

    /// Checks the text's UTF-8 bytes.
    package static func check(_ bytes: [UInt8], maximumDepth: Int = 512) throws(JSONFault) {
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, JSONFault> in
            do throws(JSONFault) {
                return .success(try check(buffer, maximumDepth: maximumDepth))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

extension JSONScanner {
    /// Records a fault unless only white space is left.
    mutating func expectEnd(_ position: BytePointer) {
        let position = skipWhitespace(position)
        if position != end { _ = fail(position, "nothing but white space may follow the document") }
    }
}

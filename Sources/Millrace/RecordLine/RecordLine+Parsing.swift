import CloudEvents

extension RecordLine {
    /// Reads a line, with or without its ending.
    ///
    /// A record line is a JSON object without `specversion` and with `value` or `value_base64`. Everything else,
    /// JSON or not, is a bare event's bytes.
    ///
    /// - Returns: the record; nil for a bare event.
    /// - Throws: what is wrong with a line that is a record line.
    package static func parse(_ line: [UInt8]) throws(RecordLineFault) -> RecordLine? {
        let result = line.withUnsafeBytes { bytes -> Result<RecordLine?, RecordLineFault> in
            Result { () throws(RecordLineFault) in try parse(bytes) }
        }
        return try result.get()
    }

    /// Reads a line in borrowed memory.
    package static func parse(_ line: UnsafeRawBufferPointer) throws(RecordLineFault) -> RecordLine? {
        // A file's byte order mark stands before its first line, whatever that is.
        let mark = line.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let text = UnsafeRawBufferPointer(rebasing: line[mark...])
        do { try JSONGrammar.check(text, allowsLoneSurrogates: true) } catch { return nil }
        guard isRecordLine(JSONCursor(trusting: ByteView(text))) else { return nil }
        var parser = RecordLineParser(JSONCursor(trusting: ByteView(text)), start: mark)
        return try parser.parse()
    }

    private static func isRecordLine(_ cursor: JSONCursor) -> Bool {
        var cursor = cursor
        guard cursor.kind == .object, (try? cursor.enterObject()) != nil else { return false }
        var hasValue = false
        while let name = cursor.nextMember() {
            if name == "specversion" { return false }
            if name == "value" || name == "value_base64" { hasValue = true }
            cursor.skip()
        }
        return hasValue
    }
}

extension CloudEvent {
    /// Lends the data as checked JSON text that is not `null`, whatever form it has in the record. The media type is not
    /// asked: producers often get it wrong, and what is no JSON shows itself.
    ///
    /// - Throws: `dataMissing`, `dataNull` or `dataSyntax`, or what the body throws.
    package func withJSONData<Result>(
        tolerated: inout [String], _ body: (ByteView) throws(EventDataError) -> Result
    ) throws(EventDataError) -> Result {
        let isChecked = envelope.dataForm == .json
        let result = try withDataBytes { bytes throws(EventDataError) -> Result in
            var text = ByteView(bytes)
            if !isChecked {
                if let base = text.start, TextEncoding.hasMark(base, count: text.count) {
                    text = text.slice(3..<text.count)
                    tolerated.append("bom")
                }
                try Self.checkData(text)
            }
            if Self.isNull(text) { throw EventDataError(.dataNull, actual: "null") }
            return try body(text)
        }
        guard let result else { throw EventDataError(.dataMissing, expected: "data", actual: "nothing") }
        return result
    }

    private static func checkData(_ text: ByteView) throws(EventDataError) {
        do throws(JSONFault) {
            try JSONGrammar.check(text.bytes)
        } catch {
            throw EventDataError(.dataSyntax, expected: "JSON", actual: "\(error.detail) (byte \(error.offset))")
        }
    }

    private static func isNull(_ text: ByteView) -> Bool {
        JSONCursor(trusting: text).kind == .null
    }

    /// The error to report for an error in data: data that as a whole is a string of JSON says so.
    package static func dataError(_ error: EventDataError, in text: ByteView) -> EventDataError {
        guard error.code == .invalidData, error.pointer == "/data" else { return error }
        var cursor = JSONCursor(trusting: text)
        guard let string = try? cursor.string() else { return error }
        let inner = string.bytes
        guard let first = inner.first(where: { $0 > Ascii.space }),
            first == Ascii.openBrace || first == Ascii.openBracket,
            (try? JSONGrammar.check(inner)) != nil
        else { return error }
        return EventDataError(
            .doubleEncoded, expected: error.expected, actual: "a string that holds JSON: the data was encoded twice")
    }
}

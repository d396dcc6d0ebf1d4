extension CloudEvent {
    /// Lends the data as checked JSON text that is not `null`, as ``jsonData(tolerated:)`` answers it.
    package func withJSONData<Result>(
        tolerated: inout [String], _ body: (ByteView) throws(EventDataError) -> Result
    ) throws(EventDataError) -> Result {
        let data = try jsonData(tolerated: &tolerated)
        defer { withExtendedLifetime((self, data)) {} }
        return try body(data.bytes)
    }

    /// The data as checked JSON text that is not `null`, whatever form it has in the record. The media type is not
    /// asked: producers often get it wrong, and what is no JSON shows itself.
    ///
    /// - Throws: `dataMissing`, `dataNull` or `dataSyntax`.
    package func jsonData(tolerated: inout [String]) throws(EventDataError) -> HeldData {
        guard var data = heldData() else {
            throw EventDataError(.dataMissing, expected: "data", actual: "nothing")
        }
        defer { withExtendedLifetime((self, data)) {} }
        // The document of a structured event was checked whole.
        if envelope.dataForm != .json {
            if let base = data.bytes.start, TextEncoding.hasMark(base, count: data.bytes.count) {
                data.bytes = data.bytes.slice(3..<data.bytes.count)
                tolerated.append("bom")
            }
            try Self.checkData(data.bytes)
        }
        if JSONCursor(trusting: data.bytes).kind == .null { throw EventDataError(.dataNull, actual: "null") }
        return data
    }

    private static func checkData(_ text: ByteView) throws(EventDataError) {
        do throws(JSONFault) {
            try JSONGrammar.check(text.bytes)
        } catch {
            throw EventDataError(.dataSyntax, expected: "JSON", actual: "\(error.detail) (byte \(error.offset))")
        }
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

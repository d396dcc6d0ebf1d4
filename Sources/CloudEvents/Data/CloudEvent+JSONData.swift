extension CloudEvent {
    /// Lends the data as checked JSON text that is not `null`, as ``jsonData(tolerated:)`` answers it.
    package func withJSONData<Result>(
        tolerated: inout [String], _ body: (ByteView) throws(EventDataError) -> Result
    ) throws(EventDataError) -> Result {
        let data = try jsonData(tolerated: &tolerated)
        defer { keepAlive(data) }
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
        // The document of a structured event was checked whole.
        if envelope.dataForm != .json {
            if let base = data.bytes.start, TextEncoding.hasMark(base, count: data.bytes.count) {
                data.bytes = data.bytes.slice(3..<data.bytes.count)
                tolerated.append("bom")
            }
            defer { keepAlive(data) }
            try Self.checkData(data.bytes)
        }
        defer { keepAlive(data) }
        if Self.isNull(data.bytes) { throw EventDataError(.dataNull, actual: "null") }
        return data
    }

    /// Whether checked text is `null`.
    private static func isNull(_ text: ByteView) -> Bool {
        // Nearly always an object, without white space before it.
        if let first = text.start?.pointee, first == Ascii.openBrace { return false }
        return JSONCursor(trusting: text).kind == .null
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

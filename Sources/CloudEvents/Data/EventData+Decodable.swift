extension EventData where Self: Decodable {
    /// Reads the value through its `Decodable` conformance, whatever the data's media type. Members that the type does not
    /// name are ignored; an optional member may be missing or null. Numbers are not taken for strings nor the reverse, and
    /// a number with a fraction or an exponent is no integer.
    ///
    /// Of members with one name in one object, any may be read. Dates are read as their own `Decodable` conformance says:
    /// ``Timestamp`` reads RFC 3339, Foundation's `Date` a number.
    public static func decode(from event: CloudEvent, tolerated: inout [String]) throws(EventDataError) -> Self {
        try event.withJSONData(tolerated: &tolerated) { text throws(EventDataError) -> Self in
            guard var index = DataIndex(text, root: "/data") else {
                throw EventDataError(.invalidData, pointer: "/data", expected: "fewer values")
            }
            defer { if !isKnownUniquelyReferenced(&index) { index.keepText() } }
            do {
                return try Self(from: ValueDecoder(index: index, entry: 0))
            } catch let error as EventDataError {
                throw CloudEvent.dataError(error, in: text)
            } catch let error as DecodingError {
                throw EventDataError(error, index: index)
            } catch {
                throw EventDataError(
                    .invalidData, pointer: "/data", expected: String(describing: Self.self),
                    actual: "an error of type \(type(of: error))")
            }
        }
    }
}

extension EventDataError {
    /// An error that a `Decodable` conformance made itself. Its words are left out: they hold values.
    init(_ error: DecodingError, index: DataIndex) {
        let path: [any CodingKey]
        let expected: String
        switch error {
        case .typeMismatch(let type, let context): (path, expected) = (context.codingPath, "\(type)")
        case .valueNotFound(let type, let context): (path, expected) = (context.codingPath, "\(type)")
        case .keyNotFound(let key, let context): (path, expected) = (context.codingPath + [key], "a value")
        case .dataCorrupted(let context): (path, expected) = (context.codingPath, "a value that its type knows")
        @unknown default: (path, expected) = ([], "another value")
        }
        let pointer = path.reduce(index.root) { JSONPointer.appending($1.stringValue, to: $0) }
        self.init(.invalidData, pointer: pointer, expected: expected, actual: "another value")
    }
}

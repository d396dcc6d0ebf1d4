/// A type that can be read from the data of an event.
///
/// A `Decodable` type needs nothing but the name of this protocol:
/// `struct Order: Codable, EventData { var id: String; var total: Double }`.
public protocol EventData: Sendable {
    /// Reads the value.
    ///
    /// - Parameter tolerated: takes the codes of what was let pass, such as `unknownEnum:/data/usage`.
    static func decode(from event: CloudEvent, tolerated: inout [String]) throws(EventDataError) -> Self
}

extension CloudEvent {
    /// Reads the data as a type.
    ///
    /// - Throws: ``EventDataError``: no data, no JSON, or a member that is not as the type needs it, with its place.
    public func data<T: EventData>(as type: T.Type) throws(EventDataError) -> T {
        var tolerated: [String] = []
        return try T.decode(from: self, tolerated: &tolerated)
    }
}

extension EventData where Self: Decodable {
    /// Reads the value through its `Decodable` conformance.
    public static func decode(from event: CloudEvent, tolerated: inout [String]) throws(EventDataError) -> Self {
        throw EventDataError(.invalidData)
    }
}

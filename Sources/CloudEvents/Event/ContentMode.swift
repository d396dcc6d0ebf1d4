/// How an event is carried by a transport (CloudEvents 1.0.2, "Content mode").
public enum ContentMode: String, Sendable, Hashable, CaseIterable {
    /// The whole event, attributes and data, is one JSON document: the record's value.
    case structured
    /// The attributes are headers of the record, the data is its value.
    case binary
}

/// The data of an event that is made here.
public enum EventPayload: Sendable, Hashable {
    /// JSON text in UTF-8; its grammar is checked.
    case json([UInt8])
    /// Text.
    case text(String)
    /// Any bytes.
    case bytes([UInt8])
}

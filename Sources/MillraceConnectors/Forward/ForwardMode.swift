import CloudEvents

/// How `forward` writes an event.
public enum ForwardMode: String, Sendable, CaseIterable {
    /// Value and headers byte for byte as they came.
    case asReceived
    /// As one JSON document, with the canonical type and lifted attributes.
    case structured
    /// Attributes in `ce_` headers, data as the value; the same attributes as in `structured`.
    case binary

    /// The mode to write in; nil: none, the record's own bytes.
    var contentMode: ContentMode? {
        switch self {
        case .asReceived: nil
        case .structured: .structured
        case .binary: .binary
        }
    }
}

extension CloudEvent {
    /// Whether there is data. `null` is data; so is a text of no characters.
    public var hasData: Bool { envelope.dataForm != .none }

    /// Whether the media type says that the data is JSON, or in structured mode says nothing.
    public var isDataJSON: Bool { envelope.declaresJSON }

    /// The bytes of the data: JSON text as it stands in the record, text in UTF-8, decoded base64, or the value of a
    /// binary record. Nil if there is no data.
    public var dataBytes: [UInt8]? {
        withDataBytes { Array($0) }
    }

    /// The data as text; nil if there is no data or it is not UTF-8. JSON is not interpreted: a JSON string keeps its
    /// quotes.
    public var dataString: String? {
        let text = withDataBytes { bytes in String(validating: bytes, as: UTF8.self) }
        return text ?? nil
    }

    /// Lends the bytes of the data, without a copy where the record holds them as they are. Nil if there is no data.
    public func withDataBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let held = heldData() else { return nil }
        defer { keepAlive(held) }
        return try body(held.bytes.bytes)
    }

    /// The bytes of the data, without a copy where the record holds them as they are. Nil if there is no data.
    package func heldData() -> HeldData? {
        switch envelope.dataForm {
        case .none: return nil
        case .json: return HeldData(bytes: envelope.data, memory: nil, strings: envelope.strings)
        case .bytes: return HeldData(bytes: envelope.data, memory: nil)
        case .text where !envelope.dataHasEscapes: return HeldData(bytes: envelope.data, memory: nil)
        case .text:
            let owned = OwnedBytes(capacity: envelope.data.count)
            return HeldData(bytes: owned.append { out in JSONText.unescape(envelope.data, into: out) }, memory: owned)
        case .base64:
            let owned = OwnedBytes(capacity: envelope.data.count)
            return HeldData(bytes: owned.append { out in Base64.decode(envelope.data, into: out) }, memory: owned)
        }
    }
}

/// The bytes of an event's data. Whoever uses them keeps this and the event alive meanwhile.
package struct HeldData: Sendable {
    /// The bytes.
    package var bytes: ByteView
    /// What they stand in where that is not the event's own memory.
    package var memory: OwnedBytes?
    /// Where their strings stand, if that was noted.
    package var strings = StringTape()
}

extension CloudEvent {
    /// Reads an event from its JSON document (JSON Event Format 1.0.2). Copies the document.
    ///
    /// - Parameters:
    ///   - json: the document in UTF-8.
    ///   - profile: what is let pass.
    ///   - limits: what is refused unread.
    ///   - aliases: other names of types, where the profile knows aliases.
    /// - Throws: ``EventFault`` with the attribute and the offset in bytes.
    public init(
        json: [UInt8], profile: Profile = .strict, limits: Limits = Limits(), aliases: TypeAliases = .qlik
    ) throws(EventFault) {
        let memory = OwnedBytes(capacity: json.count)
        let text = json.withUnsafeBytes { memory.append($0) }
        let reader = EventReader(profile: profile, limits: limits, aliases: aliases, contentMode: .structured)
        var envelope = Envelope()
        _ = try reader.read(KafkaRecordView(value: text.bytes), into: &envelope)
        self.init(envelope: envelope, memory: memory)
    }
}

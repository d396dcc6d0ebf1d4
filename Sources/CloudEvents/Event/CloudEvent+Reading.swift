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

    /// Reads an event from a Kafka record (Kafka protocol binding 1.0.2). Copies the record.
    ///
    /// - Parameters:
    ///   - message: the record's value and headers.
    ///   - profile: what is let pass.
    ///   - limits: what is refused unread.
    ///   - aliases: other names of types, where the profile knows aliases.
    /// - Returns: the event, or nil for a tombstone: a null value that nothing announces as an event.
    /// - Throws: ``EventFault`` with the attribute or header and the offset in bytes.
    public static func read(
        _ message: KafkaMessage, profile: Profile = .strict, limits: Limits = Limits(), aliases: TypeAliases = .qlik
    ) throws(EventFault) -> CloudEvent? {
        let size = message.headers.reduce(message.value?.count ?? 0) {
            $0 + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
        let memory = OwnedBytes(capacity: size)
        func own(_ bytes: [UInt8]) -> UnsafeRawBufferPointer { bytes.withUnsafeBytes { memory.append($0).bytes } }
        let headers = message.headers.map {
            KafkaHeaderView(name: own(Array($0.name.utf8)), value: $0.value.map(own))
        }
        let value = message.value.map(own)
        let reader = EventReader(profile: profile, limits: limits, aliases: aliases)
        let outcome = headers.withUnsafeBufferPointer { headers -> Result<CloudEvent?, EventFault> in
            var envelope = Envelope()
            do throws(EventFault) {
                let reading = try reader.read(KafkaRecordView(value: value, headers: headers), into: &envelope)
                return .success(reading == .event ? CloudEvent(envelope: envelope, memory: memory) : nil)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}

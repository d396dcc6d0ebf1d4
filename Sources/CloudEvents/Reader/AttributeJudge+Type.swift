extension AttributeJudge {
    /// Decides the canonical type from `type`, its aliases and the legacy `eventType`.
    ///
    /// An alias says little, so beside one `eventType` decides, whatever it names. Two canonical names must agree.
    mutating func resolveType(_ envelope: inout Envelope, eventType raw: RawAttribute) throws(EventFault) {
        let type = envelope.originalType
        let canonical = profile.allows(.typeAlias) ? aliases.canonicalName(of: type) : nil
        guard raw.kind != .absent else {
            envelope.type = canonical.map { use(alias: $0, in: &envelope) } ?? type
            return
        }
        envelope.tolerated.insert(.legacyAttribute)
        guard raw.isSet else {
            envelope.type = canonical.map { use(alias: $0, in: &envelope) } ?? type
            return
        }
        let eventType = try legacyType(raw)
        if canonical == nil, eventType.equals(type) {
            envelope.type = type
            return
        }
        let named = profile.allows(.typeAlias) ? aliases.canonicalName(of: eventType) : nil
        if canonical != nil, profile.allows(.typeByEventType) {
            envelope.tolerated.insert(.typeByEventType)
            envelope.type = named.map { use(alias: $0, in: &envelope) } ?? eventType
            return
        }
        let mine = canonical.map { use(alias: $0, in: &envelope) } ?? type
        guard mine.equals(named.map { use(alias: $0, in: &envelope) } ?? eventType) else {
            throw EventFault(
                .typeConflict, offset: offset(of: raw), detail: "'type' and 'eventType' name different types")
        }
        envelope.type = mine
    }

    /// `eventType`, judged like `type`.
    private mutating func legacyType(_ raw: RawAttribute) throws(EventFault) -> ByteView {
        let text = try text(raw, .eventType)
        if raw.marks.contains(.special) { try check(text, raw, "eventType") }
        if text.count == 0 {
            throw EventFault(
                .emptyAttribute, "eventType", offset: offset(of: raw), detail: "the attribute must not be empty")
        }
        return text
    }

    private mutating func use(alias name: ByteView, in envelope: inout Envelope) -> ByteView {
        envelope.tolerated.insert(.typeAlias)
        let holder = memory ?? EnvelopeMemory()
        holder.aliases = aliases
        memory = holder
        return name
    }
}

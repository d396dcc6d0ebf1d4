extension StructuredReader {
    /// Takes the members of the legacy `extensions` object as attributes, their names in lower case.
    ///
    /// What is said twice must be said alike, inside the object and beside it.
    mutating func lift(_ object: RawAttribute, into envelope: inout Envelope) throws(EventFault) {
        envelope.tolerated.insert(.liftedExtensions)
        envelope.liftedExtensions = object.view
        guard var members = EnvelopeMembers(object.view) else { return }
        var lifted = SeenNames(base: scanner.base, lowercasing: true)
        while let member = members.next() {
            guard let token = member.token else { continue }
            let isPlain = member.nameMarks.isEmpty && AttributeName.isValid(member.name)
            let name = isPlain ? member.name : lowercased(member)
            if !isPlain || member.value.kind != .string || !member.value.marks.isEmpty {
                try judge.checkExtension(name, at: token, member.value)
            }
            let core = EnvelopeMember.named(name)
            guard core != .data else { throw judge.invalidName(name, at: token) }

            if let earlier = lifted.insert(name, token: token), let twin = self.member(at: earlier) {
                try compare(twin, with: member, name)
            }
            let isCore = core.isCore
            let outer = isCore ? slots[core] : seen.find(name).flatMap { self.member(at: $0)?.value }
            if let outer, !agree(outer, member.value) { throw conflict(name, member.value) }
            if isCore, !slots[core].isSet { slots[core] = member.value }
        }
    }

    /// One name stands twice in the object, perhaps in different case.
    private func compare(_ first: RawMember, with second: RawMember, _ name: ByteView) throws(EventFault) {
        if text(first.name, first.nameMarks) == text(second.name, second.nameMarks) {
            throw EventFault(
                .duplicateMember, name.text, offset: judge.offset(of: second.value),
                detail: "the member stands twice in 'extensions'")
        }
        if !agree(first.value, second.value) { throw conflict(name, second.value) }
    }

    private func conflict(_ name: ByteView, _ value: RawAttribute) -> EventFault {
        EventFault(
            .extensionConflict, name.text, offset: judge.offset(of: value),
            detail: "the attribute is given twice, once or more in 'extensions', with different values")
    }

    /// The member whose name's first character is there.
    private func member(at token: BytePointer) -> RawMember? {
        var members = EnvelopeMembers(ByteView(scanner.base, count: scanner.end - scanner.base))
        return members?.member(at: token)
    }

    /// Whether the values say the same, or one of them nothing.
    private func agree(_ one: RawAttribute, _ other: RawAttribute) -> Bool {
        guard one.isSet, other.isSet else { return true }
        return text(one.view, one.marks) == text(other.view, other.marks)
    }

    private func text(_ raw: ByteView, _ marks: StringMarks) -> [UInt8] {
        JSONText.bytes(raw, hasEscapes: marks.contains(.escape))
    }

    @inline(never)
    private mutating func lowercased(_ member: RawMember) -> ByteView {
        let plain = member.nameMarks.contains(.escape) ? unescapedName(member.name) : member.name
        guard plain.bytes.contains(where: { Ascii.lowercased($0) != $0 }) else { return plain }
        return judge.room(for: plain.count).append { out in
            for (index, byte) in plain.bytes.enumerated() { out[index] = Ascii.lowercased(byte) }
            return plain.count
        }
    }
}

/// Reads one event from its JSON document (CloudEvents 1.0.2, JSON Event Format).
///
/// One pass over the text checks the grammar of the whole and collects the members of the envelope; then they are
/// judged. So a document that is no JSON is refused as that, whatever its attributes say.
struct StructuredReader {
    let profile: Profile
    let depth: Int
    var scanner: JSONScanner
    var slots = AttributeSlots()
    var seen: SeenNames
    var judge: AttributeJudge
    /// One bit for each member with a meaning that was met.
    private var met: UInt32 = 0
    /// The first name that stands twice.
    private var duplicate: EventFault?
    /// The first fault of an extension attribute.
    private var extensionFault: EventFault?
    /// Offset of the document in the record's value.
    private let textOffset: Int
    /// Room for the places of the strings in `data`.
    var tape: StringTape

    /// `text` must not be empty. `textOffset`: how many bytes of a byte order mark were cut from it.
    init(
        _ text: ByteView, base: BytePointer, textOffset: Int, profile: Profile, depth: Int, aliases: AliasTable,
        tape: StringTape
    ) {
        self.tape = tape
        self.profile = profile
        self.depth = depth
        self.textOffset = textOffset
        scanner = JSONScanner(base: base, count: text.count)
        seen = SeenNames(base: base)
        judge = AttributeJudge(
            profile: profile, aliases: aliases, origin: base, originOffset: textOffset)
    }

    /// Reads the event into the envelope.
    ///
    /// - Parameter implicit: whether nothing announced a structured event, so that a document without `specversion`
    ///   is none at all.
    mutating func read(into envelope: inout Envelope, implicit: Bool) throws(EventFault) {
        // Also after a fault: what the envelope holds by then must stay readable.
        defer { envelope.memory = judge.memory }
        let start = scanner.skipWhitespace(scanner.base)
        guard scanner.peek(start) == Ascii.openBrace else { throw notAnObject(start) }
        if let after = readMembers(start) { scanner.expectEnd(after) }
        if let fault = scanner.fault(textOffset: textOffset) { throw EventFault(fault) }

        if implicit, !slots[.specVersion].isSet { throw .notACloudEvent }
        if let duplicate { throw duplicate }
        if slots[.extensions].kind != .absent { try lift(slots[.extensions], into: &envelope) }
        try judge.fill(&envelope, from: slots)
        try fillData(&envelope)
        if let extensionFault { throw extensionFault }
        envelope.document = ByteView(start, count: scanner.end - start)
    }

    private mutating func notAnObject(_ start: BytePointer) -> EventFault {
        if let after = scanner.skipValue(start, depth: depth + 1) { scanner.expectEnd(after) }
        if let fault = scanner.fault(textOffset: textOffset) { return EventFault(fault) }
        return EventFault(
            .notAnObject, offset: start - scanner.base + textOffset,
            detail: "a structured event must be a JSON object")
    }

    // MARK: Members

    /// Reads the members of the object that starts at the position; answers the position behind it.
    private mutating func readMembers(_ start: BytePointer) -> BytePointer? {
        var position = start + 1
        var byte = scanner.next(&position)
        if byte == Ascii.closeBrace { return position + 1 }
        while true {
            guard byte == Ascii.quote else { return scanner.fail(position, "a member's name must be a string") }
            let token = position + 1
            scanner.marks = []
            guard let afterName = scanner.skipString(token) else { return nil }
            let nameMarks = scanner.marks
            position = afterName
            guard scanner.skipColon(&position) else { return nil }
            _ = scanner.next(&position)
            let valueStart = position
            let surrogate = scanner.loneSurrogate
            scanner.marks = []
            guard let afterValue = skipValue(valueStart, of: ByteView(token, count: afterName - token - 1)) else {
                return nil
            }
            let value = RawAttribute(valueStart, afterValue, marks: scanner.marks)
            collect(token, count: afterName - token - 1, nameMarks, value, surrogateBefore: surrogate)

            position = afterValue
            byte = scanner.next(&position)
            if byte == Ascii.closeBrace { return position + 1 }
            guard byte == Ascii.comma else { return scanner.fail(position, "',' or '}' must follow a member") }
            position += 1
            byte = scanner.next(&position)
        }
    }

    /// Skips a member's value, and notes the strings in `data` where there is room for them.
    @inline(__always)
    private mutating func skipValue(_ start: BytePointer, of name: ByteView) -> BytePointer? {
        if tape.hasRoom, name.equals("data"), scanner.peek(start) == Ascii.openBrace {
            return scanner.skipContainer(start, depth: depth, noting: &tape)
        }
        return scanner.skipValue(start, depth: depth)
    }

    /// Puts a member where it belongs.
    @inline(__always)
    private mutating func collect(
        _ token: BytePointer, count: Int, _ nameMarks: StringMarks, _ value: RawAttribute,
        surrogateBefore: BytePointer?
    ) {
        var name = ByteView(token, count: count)
        if nameMarks.contains(.escape) { name = unescapedName(name) }
        var member = EnvelopeMember.named(name)
        if member != .other {
            let bit: UInt32 = 1 << UInt32(member.rawValue)
            if met & bit != 0 { noteDuplicate(name, token) }
            met |= bit
            if member.rawValue >= EnvelopeMember.eventType.rawValue, !hasMeaning(member, value) { member = .other }
        } else if seen.insert(name, token: token) != nil {
            noteDuplicate(name, token)
        }
        if member == .other {
            judgeExtension(name, token, value)
        } else {
            slots[member] = value
        }
        // Half of a surrogate pair in an attribute is the attribute's fault; in data it is the document's.
        if scanner.loneSurrogate != surrogateBefore, isJudgedHere(member, value) {
            scanner.loneSurrogate = surrogateBefore
        }
    }

    /// Whether the profile knows the legacy member as such.
    private func hasMeaning(_ member: EnvelopeMember, _ value: RawAttribute) -> Bool {
        member == .eventType
            ? profile.allows(.legacyAttribute) : value.kind == .object && profile.allows(.liftedExtensions)
    }

    private func isJudgedHere(_ member: EnvelopeMember, _ value: RawAttribute) -> Bool {
        switch member {
        case .data, .dataBase64: false
        case .extensions: true
        default: value.kind == .string
        }
    }

    @inline(never)
    mutating func unescapedName(_ raw: ByteView) -> ByteView {
        judge.room(for: raw.count).append { out in JSONText.unescape(raw, into: out) }
    }

    @inline(never)
    private mutating func noteDuplicate(_ name: ByteView, _ token: BytePointer) {
        duplicate =
            duplicate
            ?? EventFault(
                .duplicateMember, name.text, offset: token - 1 - scanner.base + textOffset,
                detail: "the member stands twice in the envelope")
    }

    // MARK: Extension attributes

    @inline(__always)
    private mutating func judgeExtension(_ name: ByteView, _ token: BytePointer, _ value: RawAttribute) {
        if value.kind == .string, value.marks.isEmpty, AttributeName.isValid(name) { return }
        judgeUnusualExtension(name, token, value)
    }

    @inline(never)
    private mutating func judgeUnusualExtension(_ name: ByteView, _ token: BytePointer, _ value: RawAttribute) {
        guard extensionFault == nil else { return }
        do throws(EventFault) {
            try judge.checkExtension(name, at: token, value)
        } catch {
            extensionFault = error
        }
    }
}

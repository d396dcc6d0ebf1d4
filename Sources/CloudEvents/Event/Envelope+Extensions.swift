extension Envelope {
    /// The value of an extension attribute, looked up in the record; nil if it is not set. The name in lower case.
    func extensionValue(_ name: String) -> AttributeValue? {
        var name = name
        return name.withUTF8 { bytes in
            let plain = ByteView(UnsafeRawBufferPointer(bytes))
            if !document.isPresent { return binaryExtension(plain) }
            return structuredExtension(plain)
        }
    }

    /// All extension attributes that are set.
    func extensionValues() -> [String: AttributeValue] {
        Dictionary(orderedExtensions(), uniquingKeysWith: { first, _ in first })
    }

    /// All extension attributes that are set, in the record's order; lifted ones last.
    func orderedExtensions() -> [(String, AttributeValue)] {
        if !document.isPresent {
            return (memory?.extensions ?? []).compactMap { entry in
                entry.attributeValue.map { (entry.name.text, $0) }
            }
        }
        var found: [(String, AttributeValue)] = []
        for member in topLevelExtensions() {
            guard let value = member.attributeValue else { continue }
            found.append((member.text, value))
        }
        guard let lifted = EnvelopeMembers(liftedExtensions) else { return found }
        var names = Set(found.map { $0.0 })
        for member in lifted {
            let name = member.text.lowercased()
            guard let value = member.attributeValue, !Self.isCore(name), names.insert(name).inserted else { continue }
            found.append((name, value))
        }
        return found
    }

    private func binaryExtension(_ name: ByteView) -> AttributeValue? {
        let entry = memory?.extensions.first { $0.name.equals(name) }
        return entry?.attributeValue
    }

    private func structuredExtension(_ name: ByteView) -> AttributeValue? {
        if EnvelopeMember.named(name).rawValue < EnvelopeMember.extensions.rawValue { return nil }
        let top = topLevelExtensions().first { $0.isNamed(name) && $0.value.isSet }
        if let value = top?.attributeValue { return value }
        return EnvelopeMembers(liftedExtensions)?.first { $0.isNamed(name, lowercasing: true) && $0.value.isSet }?
            .attributeValue
    }

    private func topLevelExtensions() -> some Sequence<RawMember> {
        let known = dataForm == .json ? data : ByteView()
        let members = EnvelopeMembers(document, known: known) ?? EnvelopeMembers(empty: ())
        return members.lazy.filter { member in
            switch member.member {
            case .other: true
            case .extensions: member.value.kind != .object
            default: false
            }
        }
    }

    private static func isCore(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 {
            EnvelopeMember.named(ByteView(UnsafeRawBufferPointer($0))).isCore
        }
    }
}

extension RawMember {
    /// What the member means by its name.
    fileprivate var member: EnvelopeMember {
        guard nameMarks.contains(.escape) else { return EnvelopeMember.named(name) }
        return JSONText.bytes(name, hasEscapes: true).withUnsafeBytes { EnvelopeMember.named(ByteView($0)) }
    }

    /// The name as text.
    var text: String { JSONText.string(name, hasEscapes: nameMarks.contains(.escape)) }

    func isNamed(_ plain: ByteView, lowercasing: Bool = false) -> Bool {
        if !lowercasing, nameMarks.isEmpty { return name.equals(plain) }
        return JSONText.equals(name, plain, lowercasing: lowercasing)
    }

    /// The value as an attribute's; nil if it says nothing.
    fileprivate var attributeValue: AttributeValue? {
        switch value.kind {
        case .string: .string(JSONText.string(value.view, hasEscapes: value.marks.contains(.escape)))
        case .boolean: .boolean(value.view[0] == UInt8(ascii: "t"))
        case .number: Int32(value.view.text).map { .integer($0) }
        case .absent, .null, .object, .array: nil
        }
    }
}

extension BinaryExtension {
    /// The value as an attribute's; nil if it says nothing.
    fileprivate var attributeValue: AttributeValue? {
        guard let text = value.string else { return nil }
        switch kind {
        case .number: return Int32(text).map { .integer($0) }
        case .boolean: return .boolean(text == "true")
        default: return .string(text)
        }
    }
}

import CloudEvents

/// Reads the members of a record line, whose grammar was checked but for halves of surrogate pairs.
struct RecordLineParser {
    private static let members = [
        "topic", "partition", "offset", "timestamp", "key", "key_base64", "headers", "value", "value_base64",
    ]

    private var cursor: JSONCursor
    /// Where the cursor's text starts in the line.
    private let start: Int
    private var record = RecordLine(value: nil)
    private var seen: Set<String> = []

    init(_ cursor: JSONCursor, start: Int) {
        self.cursor = cursor
        self.start = start
    }

    mutating func parse() throws(RecordLineFault) -> RecordLine {
        try expect(.object, nil, allowed: "an object")
        try? cursor.enterObject()
        while let name = cursor.nextMember()?.string {
            try admit(name)
            try readMember(name)
        }
        return record
    }

    private mutating func admit(_ name: String) throws(RecordLineFault) {
        guard Self.members.contains(name) else {
            let meant = NearestName.of(name, among: Self.members).map { "; did you mean '\($0)'?" } ?? ""
            throw fault(
                .unknownMember, String(name.prefix(64)),
                "allowed: \(Self.members.joined(separator: ", "))\(meant)")
        }
        guard seen.insert(name).inserted else { throw fault(.duplicateMember, name, "each member stands once") }
        for base in ["key", "value"] where seen.contains(base) && seen.contains("\(base)_base64") {
            throw fault(
                .bothTwins, base, "'\(base)' and '\(base)_base64' are both there; one of them says the bytes")
        }
    }

    private mutating func readMember(_ name: String) throws(RecordLineFault) {
        switch name {
        case "topic":
            let topic = try string(name, allowed: "a string")
            guard !topic.isEmpty else { throw fault(.outOfRange, name, "it is empty") }
            record.topic = String(decoding: topic, as: UTF8.self)
        case "partition": record.partition = try integer(name, in: 0...Int32.max)
        case "offset": record.offset = try integer(name, in: 0...Int64.max)
        case "timestamp": record.timestamp = try integer(name, in: Int64.min...Int64.max)
        case "key": record.key = try stringOrNull(name, allowed: "a string or null")
        case "value": record.value = try stringOrNull(name, allowed: "a string or null")
        case "key_base64": record.key = try base64(name, allowed: "a string; a null key is \"key\": null")
        case "value_base64": record.value = try base64(name, allowed: "a string; a null value is \"value\": null")
        default: record.headers = try headers()
        }
    }

    // MARK: Headers

    private mutating func headers() throws(RecordLineFault) -> [RecordLine.Header] {
        try expect(.array, "headers", allowed: "an array of [name, value]")
        try? cursor.enterArray()
        var headers: [RecordLine.Header] = []
        while cursor.nextElement() { headers.append(try header("headers[\(headers.count)]")) }
        return headers
    }

    private mutating func header(_ place: String) throws(RecordLineFault) -> RecordLine.Header {
        try expect(.array, place, allowed: "[name, value]")
        var whole = cursor
        var count = 0
        try? whole.enterArray()
        while whole.nextElement() {
            whole.skip()
            count += 1
        }
        guard count == 2 else {
            throw fault(.wrongType, place, "found an array of \(count); allowed: [name, value]")
        }
        try? cursor.enterArray()
        _ = cursor.nextElement()
        let name = try headerText("\(place)[0]", allowed: "a string, or {\"base64\": a string}")
        _ = cursor.nextElement()
        let isNull = cursor.null()
        let value = isNull ? nil : try headerText("\(place)[1]", allowed: "a string, null, or {\"base64\": a string}")
        _ = cursor.nextElement()
        return RecordLine.Header(name: name, value: value)
    }

    private mutating func headerText(_ place: String, allowed: String) throws(RecordLineFault) -> [UInt8] {
        guard cursor.kind == .object else { return try string(place, allowed: allowed) }
        let other = fault(.wrongType, place, "found another object; allowed: \(allowed)")
        try? cursor.enterObject()
        guard let name = cursor.nextMember(), name == "base64", cursor.kind == .string else { throw other }
        let bytes = try base64(place, allowed: allowed)
        guard cursor.nextMember() == nil else { throw other }
        return bytes
    }

    // MARK: Values

    private func expect(_ kind: JSONKind, _ member: String?, allowed: String) throws(RecordLineFault) {
        guard cursor.kind == kind else {
            throw fault(.wrongType, member, "found \(Self.words(for: cursor.kind)); allowed: \(allowed)")
        }
    }

    private static func words(for kind: JSONKind) -> String {
        switch kind {
        case .null: "null"
        case .array, .object: "an \(kind)"
        case .boolean, .number, .string: "a \(kind)"
        }
    }

    private mutating func string(_ member: String, allowed: String) throws(RecordLineFault) -> [UInt8] {
        try expect(.string, member, allowed: allowed)
        var ahead = cursor
        do { try JSONGrammar.check(ahead.skip().bytes) } catch {
            throw fault(
                .invalidString, member,
                "half of a surrogate pair stands for no bytes; bytes that are no text go into base64",
                after: error.offset)
        }
        return (try? cursor.string())?.bytes ?? []
    }

    private mutating func stringOrNull(_ member: String, allowed: String) throws(RecordLineFault) -> [UInt8]? {
        cursor.null() ? nil : try string(member, allowed: allowed)
    }

    private mutating func base64(_ member: String, allowed: String) throws(RecordLineFault) -> [UInt8] {
        let invalid = fault(
            .invalidBase64, member, "allowed: padded base64 of the standard alphabet (RFC 4648, section 4)")
        let text = try string(member, allowed: allowed)
        let bytes = text.withUnsafeBytes { raw -> [UInt8]? in
            let view = ByteView(raw)
            guard Base64.fault(view) == nil else { return nil }
            return [UInt8](unsafeUninitializedCapacity: view.count) { out, count in
                if let base = out.baseAddress { count = Base64.decode(view, into: base) }
            }
        }
        guard let bytes else { throw invalid }
        return bytes
    }

    private mutating func integer<Number: FixedWidthInteger & Sendable>(
        _ member: String, in range: ClosedRange<Number>
    ) throws(RecordLineFault) -> Number {
        try expect(.number, member, allowed: "an integer")
        var ahead = cursor
        let text = ahead.skip().text
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) else {
            throw fault(
                .wrongType, member, "found a number with a fraction or an exponent; allowed: an integer")
        }
        guard let number = Number(text), range.contains(number) else {
            throw fault(.outOfRange, member, "allowed: \(range.lowerBound) to \(range.upperBound)")
        }
        cursor = ahead
        return number
    }

    /// A fault of the value at hand.
    private func fault(
        _ code: RecordLineFault.Code, _ member: String?, _ detail: String, after bytes: Int = 0
    ) -> RecordLineFault {
        RecordLineFault(code, member: member, offset: start + cursor.offset + bytes, detail: detail)
    }
}

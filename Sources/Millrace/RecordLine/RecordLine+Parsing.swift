import CloudEvents

extension RecordLine {
    /// Reads a line, with or without its ending.
    ///
    /// A record line is a JSON object without `specversion` and with `value` or `value_base64`. Everything else,
    /// JSON or not, is a bare event's bytes.
    ///
    /// - Returns: the record; nil for a bare event.
    /// - Throws: what is wrong with a line that is a record line.
    package static func parse(_ line: [UInt8]) throws(RecordLineFault) -> RecordLine? {
        let result = line.withUnsafeBytes { bytes -> Result<RecordLine?, RecordLineFault> in
            Result { () throws(RecordLineFault) in try parse(bytes) }
        }
        return try result.get()
    }

    /// Reads a line in borrowed memory.
    package static func parse(_ line: UnsafeRawBufferPointer) throws(RecordLineFault) -> RecordLine? {
        // A file's byte order mark stands before its first line, whatever that is.
        let mark = line.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        do {
            try JSONGrammar.check(UnsafeRawBufferPointer(rebasing: line[mark...]), allowsLoneSurrogates: true)
        } catch {
            return nil
        }
        guard isRecordLine(CheckedJSON(line, from: mark)) else { return nil }
        var parser = RecordLineParser(CheckedJSON(line, from: mark))
        return try parser.parse()
    }

    private static func isRecordLine(_ json: CheckedJSON) -> Bool {
        var json = json
        guard json.next() == .object, json.enter() else { return false }
        var hasValue = false
        repeat {
            switch json.name() {
            case Array("specversion".utf8): return false
            case Array("value".utf8), Array("value_base64".utf8): hasValue = true
            default: break
            }
            _ = json.token()
        } while json.more()
        return hasValue
    }
}

/// Reads the members of a record line.
private struct RecordLineParser {
    private static let members = [
        "topic", "partition", "offset", "timestamp", "key", "key_base64", "headers", "value", "value_base64",
    ]

    private var json: CheckedJSON
    private var record = RecordLine(value: nil)
    private var seen: Set<String> = []

    init(_ json: CheckedJSON) { self.json = json }

    mutating func parse() throws(RecordLineFault) -> RecordLine {
        // What called this saw an object with members.
        _ = json.enter()
        repeat {
            let start = json.position
            let name = String(decoding: json.name(), as: UTF8.self)
            try admit(name, at: start)
            try readMember(name)
        } while json.more()
        return record
    }

    private mutating func admit(_ name: String, at offset: Int) throws(RecordLineFault) {
        guard Self.members.contains(name) else {
            let meant = NearestName.of(name, among: Self.members).map { "; did you mean '\($0)'?" } ?? ""
            throw RecordLineFault(
                .unknownMember, member: String(name.prefix(64)), offset: offset,
                detail: "allowed: \(Self.members.joined(separator: ", "))\(meant)")
        }
        guard seen.insert(name).inserted else {
            throw RecordLineFault(.duplicateMember, member: name, offset: offset, detail: "each member stands once")
        }
        for base in ["key", "value"] where seen.contains(base) && seen.contains("\(base)_base64") {
            throw RecordLineFault(
                .bothTwins, member: base, offset: offset,
                detail: "'\(base)' and '\(base)_base64' are both there; one of them says the bytes")
        }
    }

    private mutating func readMember(_ name: String) throws(RecordLineFault) {
        switch name {
        case "topic":
            let (token, text) = try string(name)
            guard !text.isEmpty else {
                throw RecordLineFault(.outOfRange, member: name, offset: token.lowerBound, detail: "it is empty")
            }
            record.topic = String(decoding: text, as: UTF8.self)
        case "partition": record.partition = try integer(name, in: 0...Int32.max)
        case "offset": record.offset = try integer(name, in: 0...Int64.max)
        case "timestamp": record.timestamp = try integer(name, in: Int64.min...Int64.max)
        case "key": record.key = try stringOrNull(name)
        case "key_base64": record.key = try base64(name)
        case "value": record.value = try stringOrNull(name)
        case "value_base64": record.value = try base64(name)
        default: record.headers = try headers()
        }
    }

    // MARK: Headers

    private mutating func headers() throws(RecordLineFault) -> [RecordLine.Header] {
        try expect(.array, "headers", allowed: "an array of [name, value]")
        var headers: [RecordLine.Header] = []
        guard json.enter() else { return [] }
        repeat { headers.append(try header("headers[\(headers.count)]")) } while json.more()
        return headers
    }

    private mutating func header(_ place: String) throws(RecordLineFault) -> RecordLine.Header {
        try expect(.array, place, allowed: "[name, value]")
        let start = json.position
        var items: [Range<Int>] = []
        var probe = json
        if probe.enter() {
            repeat { items.append(probe.token()) } while probe.more()
        }
        guard items.count == 2 else {
            throw RecordLineFault(
                .wrongType, member: place, offset: start,
                detail: "found an array of \(items.count); allowed: [name, value]")
        }
        _ = json.enter()
        let name = try headerText("\(place)[0]", allowed: "a string, or {\"base64\": a string}")
        _ = json.more()
        let value: [UInt8]?
        if json.next() == .null {
            _ = json.token()
            value = nil
        } else {
            value = try headerText("\(place)[1]", allowed: "a string, null, or {\"base64\": a string}")
        }
        _ = json.more()
        return RecordLine.Header(name: name, value: value)
    }

    private mutating func headerText(_ place: String, allowed: String) throws(RecordLineFault) -> [UInt8] {
        let kind = json.next()
        if kind == .string { return try string(place).text }
        let start = json.position
        var inner = json
        guard kind == .object, inner.enter(), inner.name() == Array("base64".utf8), inner.next() == .string else {
            let found = kind == .object ? "another object" : kind.rawValue
            throw RecordLineFault(
                .wrongType, member: place, offset: start, detail: "found \(found); allowed: \(allowed)")
        }
        json = inner
        let bytes = try base64(place)
        guard !json.more() else {
            throw RecordLineFault(
                .wrongType, member: place, offset: start, detail: "found another object; allowed: \(allowed)")
        }
        return bytes
    }

    // MARK: Values

    private mutating func expect(
        _ kind: CheckedJSON.Kind, _ member: String, allowed: String? = nil
    ) throws(RecordLineFault) {
        let found = json.next()
        guard found == kind else {
            throw RecordLineFault(
                .wrongType, member: member, offset: json.position,
                detail: "found \(found.rawValue); allowed: \(allowed ?? kind.rawValue)")
        }
    }

    private mutating func string(
        _ member: String, allowed: String? = nil
    ) throws(RecordLineFault) -> (token: Range<Int>, text: [UInt8]) {
        try expect(.string, member, allowed: allowed)
        let token = json.token()
        let bytes = UnsafeRawBufferPointer(rebasing: json.bytes[token])
        do { try JSONGrammar.check(bytes) } catch {
            throw RecordLineFault(
                .invalidString, member: member, offset: token.lowerBound + error.offset,
                detail: "half of a surrogate pair stands for no bytes; bytes that are no text go into base64")
        }
        return (token, json.text(of: token))
    }

    private mutating func stringOrNull(_ member: String) throws(RecordLineFault) -> [UInt8]? {
        guard json.next() == .null else { return try string(member, allowed: "a string or null").text }
        _ = json.token()
        return nil
    }

    private mutating func base64(_ member: String) throws(RecordLineFault) -> [UInt8] {
        let (token, text) = try string(
            member, allowed: "a string; null is written as '\(member.split(separator: "_").first ?? "")'")
        guard let bytes = Base64.decode(text) else {
            throw RecordLineFault(
                .invalidBase64, member: member, offset: token.lowerBound,
                detail: "allowed: padded base64 of the standard alphabet (RFC 4648, section 4)")
        }
        return bytes
    }

    private mutating func integer<Number: FixedWidthInteger & Sendable>(
        _ member: String, in range: ClosedRange<Number>
    ) throws(RecordLineFault) -> Number {
        try expect(.number, member, allowed: "an integer")
        let token = json.token()
        let text = String(decoding: json.bytes[token], as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) else {
            throw RecordLineFault(
                .wrongType, member: member, offset: token.lowerBound,
                detail: "found a number with a fraction or an exponent; allowed: an integer")
        }
        guard let number = Number(text), range.contains(number) else {
            throw RecordLineFault(
                .outOfRange, member: member, offset: token.lowerBound,
                detail: "allowed: \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

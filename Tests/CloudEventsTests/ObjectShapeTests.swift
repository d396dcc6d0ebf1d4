import Testing

@testable import CloudEvents

/// Members found in one pass, with and without the places of strings that were noted while the grammar was checked.
@Suite struct ObjectShapeTests {
    static let change = ObjectShape([("path", .string), ("newValue", .anything), ("oldValue", .anything)])
    static let shape = ObjectShape([
        ("id", .string), ("name", .string), ("enabled", .boolean), ("params", .strings), ("_updates", .objects(change)),
        ("sixteenBytesLong", .string), ("free", .anything),
    ])
    static let names = ["id", "name", "enabled", "params", "_updates", "sixteenBytesLong", "free"]

    /// What a pass found: each member's text, `null`, or nothing; or the error.
    enum Found: Equatable, CustomStringConvertible {
        case members([String: String], hasOther: Bool)
        case error(EventDataError)

        var description: String {
            switch self {
            case .members(let members, let hasOther):
                members.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ";")
                    + (hasOther ? " other" : "")
            case .error(let error): error.description
            }
        }
    }

    /// Finds the members in the data of an event around the text.
    private func find(in data: String, room: Int) throws -> Found {
        let document = #"{"specversion":"1.0","id":"1","source":"/s","type":"t","data":\#(data)}"#
        return try find(inDataOf: Array(document.utf8), room: room)
    }

    private func find(inDataOf document: [UInt8], room: Int) throws -> Found {
        let tape = UnsafeMutablePointer<JSONPlace>.allocate(capacity: max(1, room))
        let places = UnsafeMutablePointer<JSONPlace>.allocate(capacity: Self.names.count)
        defer {
            tape.deallocate()
            places.deallocate()
        }
        return try document.withUnsafeBytes { bytes in
            var envelope = Envelope()
            let record = KafkaRecordView(value: bytes, headers: UnsafeBufferPointer(start: nil, count: 0))
            let reader = EventReader(contentMode: .structured)
            _ = try reader.read(record, into: &envelope, noting: StringTape(tape, capacity: room))
            let held = HeldData(bytes: envelope.data, memory: nil, strings: envelope.strings)
            do throws(EventDataError) {
                let hasOther = try Self.shape.locate(in: held, root: "/data", places: places)
                var members: [String: String] = [:]
                for (index, name) in Self.names.enumerated() {
                    if places[index].isNull { members[name] = "null" }
                    if let text = places[index].string(in: envelope.data)?.string { members[name] = text }
                }
                return .members(members, hasOther: hasOther)
            } catch {
                return .error(error)
            }
        }
    }

    /// The same by the cursor, value by value.
    private func expected(inDataOf document: [UInt8]) throws -> Found {
        try document.withUnsafeBytes { bytes in
            var envelope = Envelope()
            let record = KafkaRecordView(value: bytes, headers: UnsafeBufferPointer(start: nil, count: 0))
            _ = try EventReader(contentMode: .structured).read(record, into: &envelope)
            do throws(EventDataError) {
                return try walk(envelope.data)
            } catch {
                return .error(error)
            }
        }
    }

    private func walk(_ data: ByteView) throws(EventDataError) -> Found {
        var cursor = JSONCursor(trusting: data, root: "/data")
        var members: [String: String] = [:]
        var hasOther = false
        try cursor.enterObject()
        while let name = cursor.nextMember()?.string {
            guard Self.names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
                cursor.skip()
                continue
            }
            if cursor.null() {
                members[name] = "null"
                continue
            }
            let start = cursor.offset
            switch name {
            case "enabled": _ = try cursor.boolean()
            case "params":
                try cursor.enterArray()
                while cursor.nextElement() { _ = try cursor.string() }
            case "_updates":
                try cursor.enterArray()
                while cursor.nextElement() {
                    try cursor.enterObject()
                    while let member = cursor.nextMember()?.string {
                        if member == "path" {
                            if !cursor.null() { _ = try cursor.string() }
                        } else {
                            let isKnown = member == "newValue" || member == "oldValue"
                            if isKnown, cursor.kind != .string, cursor.kind != .null { hasOther = true }
                            cursor.skip()
                        }
                    }
                }
            case "free" where cursor.kind != .string:
                hasOther = true
                cursor.skip()
            default:
                members[name] = try cursor.string().string
                continue
            }
            members[name] = ByteView(data.start.unsafelyUnwrapped + start, count: cursor.offset - start).text
        }
        return .members(members, hasOther: hasOther)
    }

    static let texts: [(data: String, found: String)] = [
        ("{}", ""),
        (#"{"id":"1","name":"n","enabled":true}"#, "enabled=true;id=1;name=n"),
        (
            #" { "id" : "1" , "enabled" : false , "params" : [ "a" , "b" ] } "#,
            #"enabled=false;id=1;params=[ "a" , "b" ]"#
        ),
        (
            #"{"id":"1","id":"2","id":null,"name":"é","other":{"id":"9","x":["id"]},"free":"f"}"#,
            "free=f;id=null;name=é"
        ),
        (
            #"{"\u0069d":"a\nb","sixteenBytesLong":"","sixteenBytesLonger":"x","sixteenBytesLon":"y"}"#,
            "id=a\nb;sixteenBytesLong="
        ),
        (#"{"id\u0000":"1","":"2","i":"3","nam":"4","names":"5"}"#, ""),
        (#"{"free":{"id":"1"},"id":"2"}"#, #"free={"id":"1"};id=2 other"#),
        (
            #"{"_updates":[{"path":"p","newValue":1,"oldValue":"o","x":[{}]},{}],"id":"2"}"#,
            #"_updates=[{"path":"p","newValue":1,"oldValue":"o","x":[{}]},{}];id=2 other"#
        ),
        (#"{"_updates":[],"params":[],"enabled":null,"id":"2"}"#, "_updates=[];enabled=null;id=2;params=[]"),
        (#"{"id":1}"#, "invalidData:/data/id: expected string, found number"),
        (#"{"x":"y","params":["a",null]}"#, "invalidData:/data/params/1: expected string, found null"),
        (
            #"{"_updates":[{"path":"a"},{"path":[]}]}"#,
            "invalidData:/data/_updates/1/path: expected string, found array"
        ),
        (#"{"_updates":["x"]}"#, "invalidData:/data/_updates/0: expected object, found string"),
        (#"{"enabled":"true"}"#, "invalidData:/data/enabled: expected boolean, found string"),
        (#"[]"#, "invalidData:/data: expected object, found array"),
    ]

    @Test(arguments: texts) func membersAreFound(data: String, found: String) throws {
        let document = #"{"specversion":"1.0","id":"1","source":"/s","type":"t","data":\#(data)}"#
        let expected = try expected(inDataOf: Array(document.utf8))
        #expect(expected.description == found)
        // No room, too little, just enough or more.
        for room in [0, 1, 5, 64] {
            let seen = try find(in: data, room: room)
            #expect(seen == expected, "room for \(room)")
        }
    }

    @Test func wrongKindsAreNamed() throws {
        #expect(
            try find(in: #"{"x":"y","params":["a",null]}"#, room: 64)
                == .error(
                    EventDataError(.invalidData, pointer: "/data/params/1", expected: "string", actual: "null")))
    }

    /// Documents damaged at random: whoever noted strings finds what he would have found without.
    @Test func damagedDocumentsAgree() throws {
        var generator = FuzzTests.Generator(state: 40)
        let seeds = Self.texts.map { #"{"specversion":"1.0","id":"1","source":"/s","type":"t","data":\#($0.data)}"# }
        var read = 0
        for round in 0..<40_000 {
            let document = FuzzTests.mutated(Array(seeds[round % seeds.count].utf8), &generator)
            guard let expected = try? expected(inDataOf: document) else { continue }
            read += 1
            for room in [0, 3, 64] {
                let seen = try find(inDataOf: document, room: room)
                #expect(seen == expected, "\(String(decoding: document, as: UTF8.self)), room for \(room)")
            }
        }
        #expect(read > 2_000)
    }

    @Test func namesAreKnownByAllTheirBytes() {
        let names = ["a", "ab", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "_x"]
        let table = KnownNames(names)
        let others = ["", "b", "a\0", "ab\0", "abcdefgh\0", "abcdefghijklmnopq", "abcdefghijklmno", "A", "abc"]
        for name in names + others.dropFirst() {
            // At the text's end and before it.
            for padding in ["", "\":1}", String(repeating: "x", count: 20)] {
                let text = Array((name + padding).utf8)
                let index = text.withUnsafeBufferPointer { bytes in
                    let start = bytes.baseAddress.unsafelyUnwrapped
                    return table.index(of: start, count: name.utf8.count, end: start + bytes.count)
                }
                #expect(index == names.firstIndex(of: name) ?? -1, "\(name.debugDescription)")
            }
        }
    }
}

/// Decodes one value of an index; the `Decoder` that `Decodable` types get.
struct ValueDecoder: Decoder {
    let index: DataIndex
    let entry: Int

    /// The way to the value from the data on. Made when asked for.
    var codingPath: [any CodingKey] { DataKey.path(index.pointer(to: entry), behind: index.root) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    var kind: JSONKind {
        @inline(__always) get { index.entries[entry].kind }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard kind == .object else { throw mismatch("object") }
        return KeyedDecodingContainer(KeyedDataContainer(index: index, object: entry))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard kind == .array else { throw mismatch("array") }
        return UnkeyedDataContainer(index: index, array: entry)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    // MARK: Values

    @inline(__always)
    func string() throws(EventDataError) -> String {
        guard kind == .string else { throw mismatch("string") }
        return JSONText.string(index.bytes(entry), hasEscapes: index.entries[entry].hasEscapes)
    }

    @inline(__always)
    func boolean() throws(EventDataError) -> Bool {
        guard kind == .boolean else { throw mismatch("boolean") }
        return index.bytes(entry)[0] == UInt8(ascii: "t")
    }

    @inline(__always)
    func integer<T: FixedWidthInteger>(_ type: T.Type) throws(EventDataError) -> T {
        guard kind == .number else { throw mismatch("integer") }
        guard let value = JSONNumber.integer(index.bytes(entry), as: type) else {
            throw mismatch("integer within \(T.min) and \(T.max)")
        }
        return value
    }

    @inline(__always)
    func double() throws(EventDataError) -> Double {
        guard kind == .number else { throw mismatch("number") }
        guard let value = JSONNumber.double(index.bytes(entry)) else {
            throw mismatch("number in the range of a Double")
        }
        return value
    }

    func float() throws(EventDataError) -> Float {
        guard kind == .number else { throw mismatch("number") }
        guard let value = JSONNumber.floatingPoint(index.bytes(entry), as: Float.self) else {
            throw mismatch("number in the range of a Float")
        }
        return value
    }

    @inline(never)
    func mismatch(_ expected: String) -> EventDataError {
        EventDataError(
            .invalidData, pointer: index.pointer(to: entry), expected: expected, actual: kind.description)
    }
}

extension ValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { kind == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try boolean() }
    func decode(_ type: String.Type) throws -> String { try string() }
    func decode(_ type: Double.Type) throws -> Double { try double() }
    func decode(_ type: Float.Type) throws -> Float { try float() }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try value(type) }
}

extension ValueDecoder {
    /// The value as any type. The elements of arrays and dictionaries arrive here; the most frequent types are read
    /// without asking their conformances, which would make a container for each.
    @inline(__always)
    func value<T: Decodable>(_ type: T.Type) throws -> T {
        if type == String.self { return same(try string()) }
        if type == Int.self { return same(try integer(Int.self)) }
        if type == Double.self { return same(try double()) }
        if type == Bool.self { return same(try boolean()) }
        return try T(from: self)
    }

    /// The value as its own type under another name. A cast would look the type up at run time.
    @inline(__always)
    private func same<Value, T>(_ value: Value) -> T {
        precondition(Value.self == T.self, "only called where both are known to be one type")
        // Checked in the line before.
        return unsafeBitCast(value, to: T.self)
    }
}

/// A step of a coding path.
struct DataKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    /// The steps of a pointer behind its root.
    static func path(_ pointer: String, behind root: String) -> [any CodingKey] {
        pointer.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
            Int(step).map { DataKey(intValue: $0) } ?? DataKey(stringValue: unescaped(step))
        }
    }

    private static func unescaped(_ step: Substring) -> String {
        var text = ""
        var afterTilde = false
        for character in step {
            if afterTilde {
                text.append(character == "1" ? "/" : "~")
                afterTilde = false
            } else if character == "~" {
                afterTilde = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}

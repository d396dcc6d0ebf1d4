/// The members of an object.
struct KeyedDataContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let index: DataIndex
    let object: Int

    var codingPath: [any CodingKey] { ValueDecoder(index: index, entry: object).codingPath }

    var allKeys: [Key] {
        var keys: [Key] = []
        keys.reserveCapacity(memberCount)
        var entry = object + 1
        while entry < index.entries[object].next {
            let name = JSONText.string(index.bytes(entry), hasEscapes: index.entries[entry].hasEscapes)
            if let key = Key(stringValue: name) { keys.append(key) }
            entry = index.entries[entry + 1].next
        }
        return keys
    }

    private var memberCount: Int {
        var count = 0
        var entry = object + 1
        while entry < index.entries[object].next {
            entry = index.entries[entry + 1].next
            count += 1
        }
        return count
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    @inline(__always)
    private func find(_ key: Key) -> ValueDecoder? {
        var name = key.stringValue
        let entry = name.withUTF8 { bytes in
            index.member(ByteView(UnsafeRawBufferPointer(bytes)), of: object)
        }
        return entry.map { ValueDecoder(index: index, entry: $0) }
    }

    /// The member's value, which must be there.
    @inline(__always)
    private func require(_ key: Key, _ expected: @autoclosure () -> String) throws(EventDataError) -> ValueDecoder {
        guard let value = find(key) else { throw missing(key, expected()) }
        return value
    }

    /// The member's value, unless it is missing or null.
    @inline(__always)
    private func present(_ key: Key) -> ValueDecoder? {
        guard let value = find(key), value.kind != .null else { return nil }
        return value
    }

    @inline(never)
    private func missing(_ key: Key, _ expected: String) -> EventDataError {
        EventDataError(
            .invalidData, pointer: JSONPointer.appending(key.stringValue, to: index.pointer(to: object)),
            expected: expected, actual: "nothing")
    }

    func decodeNil(forKey key: Key) throws -> Bool { try require(key, "null or a value").kind == .null }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try require(key, "boolean").boolean() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try require(key, "string").string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try require(key, "number").double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try require(key, "number").float() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try require(key, "integer").integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try require(key, "integer").integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try require(key, "integer").integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try require(key, "integer").integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try require(key, "integer").integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try require(key, "integer").integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try require(key, "integer").integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try require(key, "integer").integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try require(key, "integer").integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try require(key, "integer").integer(type) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try require(key, String(describing: type)).value(type)
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try present(key)?.boolean() }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try present(key)?.string() }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try present(key)?.double() }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try present(key)?.float() }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try present(key)?.integer(type) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try present(key)?.integer(type) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let value = present(key) else { return nil }
        return try value.value(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try require(key, "object").container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try require(key, "array").unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        guard let key = Key(stringValue: "super") else { return ValueDecoder(index: index, entry: object) }
        return try superDecoder(forKey: key)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try require(key, "value") }
}

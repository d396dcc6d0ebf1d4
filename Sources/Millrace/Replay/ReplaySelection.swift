/// What of its range a replay hands to its processors: by type, by key, and for which processors it only counts.
package struct ReplaySelection: Sendable {
    /// Type patterns, of which an event meets one; empty: every type.
    package let types: [TypePattern]
    /// Keys, of which a record has one; empty: every record, also those without a key.
    package let keys: [[UInt8]]
    private let typeRouter: Router
    private let keyHashes: Set<UInt32>
    private let suppressed: Router

    /// `suppressed`: the patterns of each processor that a replay only counts for.
    package init(types: [TypePattern] = [], keys: [[UInt8]] = [], suppressed: [[TypePattern]] = []) {
        self.types = types
        self.keys = keys
        typeRouter = Router([types.isEmpty ? ["*"] : types])
        keyHashes = Set(keys.map { $0.withUnsafeBytes { KeyHash.of($0) } })
        self.suppressed = Router(suppressed)
    }

    /// Whether the key is one of those asked for.
    package func takes(key: UnsafeRawBufferPointer?) -> Bool {
        if keys.isEmpty { return true }
        guard let key, keyHashes.contains(KeyHash.of(key)) else { return false }
        return keys.contains { wanted in
            wanted.withUnsafeBytes { $0.count == key.count && $0.elementsEqual(key) }
        }
    }

    /// Whether the type is one of those asked for.
    package func takes(type: UnsafeRawBufferPointer) -> Bool { typeRouter.routes(for: type) != 0 }

    /// Why an event that was asked for gets to no processor.
    package func reason(type: UnsafeRawBufferPointer) -> SkipReason {
        suppressed.routes(for: type) == 0 ? .notSelected : .suppressed
    }
}

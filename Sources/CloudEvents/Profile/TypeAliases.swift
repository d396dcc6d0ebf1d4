/// Other names under which event types occur, and the canonical name of each.
public struct TypeAliases: Sendable {
    /// No aliases.
    public static let none = TypeAliases([:])

    /// The plural names that stand in the documented examples of Qlik Cloud's task events.
    public static let qlik = TypeAliases([
        "com.qlik.scheduling.tasks.created": "com.qlik.scheduling.task.created",
        "com.qlik.scheduling.tasks.updated": "com.qlik.scheduling.task.updated",
        "com.qlik.scheduling.tasks.deleted": "com.qlik.scheduling.task.deleted",
    ])

    /// The canonical name of each alias.
    public let canonicalNames: [String: String]
    let table: AliasTable

    /// An alias of an alias ends at the last name of the chain; a circle ends before it closes.
    ///
    /// - Parameter canonicalNames: the canonical name of each alias. Pairs of equal or empty names are left out.
    public init(_ canonicalNames: [String: String]) {
        var resolved: [String: String] = [:]
        for (alias, name) in canonicalNames where !alias.isEmpty && !name.isEmpty {
            var seen: Set<String> = [alias]
            var last = name
            while seen.insert(last).inserted, let next = canonicalNames[last], !next.isEmpty, !seen.contains(next) {
                last = next
            }
            if alias != last { resolved[alias] = last }
        }
        self.canonicalNames = resolved
        table = AliasTable(resolved)
    }

    /// These aliases and more; where both name one, the others win.
    public func adding(_ more: [String: String]) -> TypeAliases {
        TypeAliases(canonicalNames.merging(more) { $1 })
    }
}

/// The aliases as bytes, found by length and then by comparison. Immutable; an envelope that uses a name from here
/// holds the table.
final class AliasTable: @unchecked Sendable {
    private struct Entry {
        var alias: ByteView
        var name: ByteView
    }

    private let memory: OwnedBytes
    /// Ordered by the alias's length.
    private let entries: [Entry]
    /// For each length up to 255 the first entry of that length; then the end. Longer aliases stand behind.
    private let starts: [Int]

    init(_ names: [String: String]) {
        memory = OwnedBytes(capacity: names.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count })
        let memory = memory
        let entries = names.map { alias, name in
            Entry(
                alias: Array(alias.utf8).withUnsafeBytes { memory.append($0) },
                name: Array(name.utf8).withUnsafeBytes { memory.append($0) })
        }.sorted { $0.alias.count < $1.alias.count }
        self.entries = entries
        starts = (0...256).map { length in entries.firstIndex { $0.alias.count >= length } ?? entries.count }
    }

    /// The canonical name, or nil if the type is no alias.
    func canonicalName(of type: ByteView) -> ByteView? {
        let length = min(type.count, 255)
        var index = starts[length]
        let end = type.count < 255 ? starts[length + 1] : entries.count
        while index < end {
            if entries[index].alias.equals(type) { return entries[index].name }
            index += 1
        }
        return nil
    }
}

/// The coordinator of a consumer group: members, generations, who has which partition, and committed offsets.
struct Group {
    struct Entry {
        /// That of its last assignment.
        var generation = 0
        var hasJoined = false
        /// What it is to be told.
        var pending: [Int]?
    }

    struct Offset: Equatable {
        var offset: Int64
        var metadata: String
    }

    private(set) var members: [Int: Entry] = [:]
    private(set) var owners: [Int?]
    private(set) var generation = 0
    private(set) var isPreparing = false
    var committed: [Offset?]
    let isCooperative: Bool

    init(partitions: Int, isCooperative: Bool) {
        owners = Array(repeating: nil, count: partitions)
        committed = Array(repeating: nil, count: partitions)
        self.isCooperative = isCooperative
    }

    /// Everybody is where the group wants him to be.
    var isStable: Bool {
        !isPreparing && owners.allSatisfy { $0 != nil } && members.values.allSatisfy { $0.pending == nil }
    }

    mutating func prepare() {
        isPreparing = true
        for id in members.keys { members[id]?.hasJoined = false }
    }

    mutating func enter(_ member: Int) {
        members[member] = Entry()
        prepare()
        members[member]?.hasJoined = true
    }

    /// A member left, or its session ended.
    mutating func remove(_ member: Int) {
        guard members.removeValue(forKey: member) != nil else { return }
        for partition in owners.indices where owners[partition] == member { owners[partition] = nil }
        prepare()
    }

    mutating func join(_ member: Int) { members[member]?.hasJoined = true }

    /// A member gave partitions back.
    mutating func release(_ partitions: [Int], of member: Int) {
        for partition in partitions where owners[partition] == member { owners[partition] = nil }
    }

    /// Once everybody has joined: a new generation. `draw` answers an index below a count.
    mutating func completeIfJoined(_ draw: (Int) -> Int) -> Bool {
        guard isPreparing, !members.isEmpty, members.values.allSatisfy(\.hasJoined) else { return false }
        isPreparing = false
        generation += 1
        let ids = members.keys.sorted()
        let first = draw(ids.count)
        var lists: [Int: [Int]] = [:]
        for partition in owners.indices {
            let owner = owners[partition]
            var target = ids[(first + partition) % ids.count]
            // Cooperative: most stay where they are, and what moves has to be given back first.
            if isCooperative, let owner, draw(3) > 0 { target = owner }
            if owner == nil || !isCooperative { owners[partition] = target }
            if owners[partition] == target { lists[target, default: []].append(partition) }
        }
        for id in ids {
            members[id]?.generation = generation
            members[id]?.pending = lists[id] ?? []
        }
        return true
    }

    mutating func takePending(_ member: Int) -> [Int]? {
        guard let pending = members[member]?.pending else { return nil }
        members[member]?.pending = nil
        return pending
    }

    /// Whether a commit of this generation is taken.
    func accepts(_ member: Int, generation: Int) -> Bool { members[member]?.generation == generation }
}

/// A commit on its way from a member.
struct CommitRequest {
    var id: Int
    var member: Int
    var generation: Int
    var offsets: [(partition: Int, value: Group.Offset)]
}

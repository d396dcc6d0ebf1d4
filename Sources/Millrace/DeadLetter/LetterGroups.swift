/// Letters put together by their cause, in bounded memory: beyond so many causes, letters of new ones are only counted.
package struct LetterGroups: Sendable {
    /// The letters of one cause.
    package struct Group: Sendable {
        package let cause: LetterCause
        package fileprivate(set) var count = 0
        /// When the first of them was given up, in milliseconds since 1970; nil where none of them says it.
        package fileprivate(set) var first: Int64?
        package fileprivate(set) var last: Int64?
        /// One of them: the last that was added.
        package fileprivate(set) var example: LetterID
    }

    private var byCause: [LetterCause: Group] = [:]
    private let maximum: Int
    /// Letters of causes that there was no room for.
    package private(set) var ungrouped = 0

    /// - Parameter maximum: how many causes are told apart.
    package init(maximum: Int = 10_000) { self.maximum = maximum }

    package mutating func add(_ letter: DeadLetter) {
        let cause = LetterCause(letter)
        guard byCause[cause] != nil || byCause.count < maximum else {
            ungrouped += 1
            return
        }
        var group = byCause[cause] ?? Group(cause: cause, example: letter.id)
        group.count += 1
        group.example = letter.id
        if let time = letter.time {
            group.first = min(group.first ?? time, time)
            group.last = max(group.last ?? time, time)
        }
        byCause[cause] = group
    }

    /// The groups, the largest first.
    package var groups: [Group] {
        byCause.values.sorted {
            ($1.count, $0.cause.reason ?? "", $0.cause.processor ?? "", $0.cause.detail ?? "")
                < ($0.count, $1.cause.reason ?? "", $1.cause.processor ?? "", $1.cause.detail ?? "")
        }
    }
}

import CloudEvents

extension TaskState {
    /// Changes with values that are no strings are named one by one up to this many an event: each name becomes the label
    /// of a counter.
    private static let namedChangeValues = 16

    /// Adds the codes of what the documentation does not allow and what is read all the same.
    func noteTolerances(of kind: TaskEventKind, in tolerated: inout [String]) {
        withPlaces { text, places in
            note(places[.usage], in: text, .usage, TaskUsage.self, &tolerated)
            note(places[.status], in: text, .status, TaskStatus.self, &tolerated)
            note(places[.disabledCode], in: text, .disabledCode, DisabledCode.self, &tolerated)
            note(places[.resourceType], in: text, .resourceType, ResourceType.self, &tolerated)
            if let duration = places[.duration].string(in: text), !DurationText.isValid(duration) {
                tolerated.append("invalidDuration:\(TaskMember.duration.pointer)")
            }
            if kind != .deleted, places[.deletedAt].isSet, !places[.deletedAt].isEmpty {
                tolerated.append("contradictoryDeletedAt")
            }
            if places.hasOtherChangeValues {
                let pointers = TaskChange.otherValues(
                    in: places[.updates].view(in: text), limit: Self.namedChangeValues)
                tolerated += pointers.map { "nonStringChangeValue:\($0)" }
            }
        }
    }

    @inline(__always)
    private func note<Value: GrowingValue>(
        _ place: JSONPlace, in text: ByteView, _ member: TaskMember, _ type: Value.Type, _ tolerated: inout [String]
    ) {
        guard let value = place.string(in: text), !Value.documents(value) else { return }
        tolerated.append("unknownEnum:\(member.pointer)")
    }
}

extension DurationText {
    /// Whether a string holds a duration that is written rightly.
    static func isValid(_ string: JSONString) -> Bool {
        guard string.hasEscapes else { return isValid(string.raw) }
        return string.bytes.withUnsafeBytes { isValid(ByteView($0)) }
    }

    /// The duration that a string holds, or nil if it is none.
    static func parse(_ string: JSONString) -> Parsed? {
        guard string.hasEscapes else { return parse(string.raw) }
        return string.bytes.withUnsafeBytes { parse(ByteView($0)) }
    }
}

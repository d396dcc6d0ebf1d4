import MillraceEngine

extension Simulation {
    /// Something that no worker wants: members come and go, brokers refuse, processors are away.
    func disturb() {
        switch random.next(through: 8) {
        case 0: if members.count < settings.mostMembers { join() }
        case 1: if settings.faults.contains(.crash), random.chance(40) { crash() }
        case 2: expire()
        case 3: if settings.faults.contains(.sessionEnd), random.chance(40) { endSession() }
        case 4: if settings.faults.contains(.stop), random.chance(40) { stop() }
        case 5: if random.chance(30) { group.prepare() }
        case 6:
            guard settings.faults.contains(.unavailable) else { return }
            unavailableRoutes = random.chance(50) ? 0 : random.next() & ((1 << UInt64(settings.rules.count)) - 1)
            note("unavailable routes: \(String(unavailableRoutes, radix: 2))")
        case 7:
            var modes: [DeadLetterTopic.Mode] = [.accepting]
            if settings.faults.contains(.lettersRefused) { modes.append(.refusing) }
            if settings.faults.contains(.lettersSilent) { modes.append(.silent) }
            deadLetters.mode = modes[random.index(below: modes.count)]
            note("the dead-letter topic is \(deadLetters.mode)")
        default: if members.isEmpty { join() }
        }
    }

    func join() {
        memberCount += 1
        let member = Member(id: memberCount, world: self)
        note("\(member) enters the group")
        members.append(member)
        group.enter(member.id)
    }

    private func crash() {
        guard let member = members.randomElement(using: &random) else { return }
        note("\(member) crashes")
        crash(member)
    }

    private func crash(_ member: Member) {
        members.removeAll { $0 === member }
        crashed.append(member.id)
        oracle.crashed(member.id)
    }

    /// Whoever a record took down is gone. Most are started again at once.
    func bury() {
        for member in members where member.isDying {
            crash(member)
            if !hasFaults || random.chance(80) { join() }
        }
    }

    /// The sessions of those that are not there any more end.
    func expire() {
        for id in crashed { group.remove(id) }
        crashed = []
    }

    /// A member is taken for dead and is not: it goes on until it hears of that.
    private func endSession() {
        guard let member = members.randomElement(using: &random) else { return }
        note("the session of \(member) ends")
        group.remove(member.id)
    }

    private func stop() {
        guard let member = members.randomElement(using: &random), member.callbacks.isEmpty else { return }
        note("\(member) stops")
        member.callbacks = [.stop(.begin)]
    }

    /// A member has stopped.
    func left(_ member: Member) {
        note("\(member) has left")
        group.remove(member.id)
        members.removeAll { $0 === member }
        oracle.crashed(member.id)
    }

    /// No more faults: everything has to get done, whatever state it is in.
    func calm() {
        note("no more faults")
        hasFaults = false
        unavailableRoutes = 0
        deadLetters.mode = .accepting
        expire()
        for _ in 0..<4_000 {
            expire()
            if members.isEmpty { join() }
            round()
            if !oracle.violations.isEmpty { return }
            if isDone { break }
        }
        for partition in logs.indices { oracle.checkEnd(partition, end: logs[partition].end) }
        oracle.require(isDone, "no progress: \(unfinished)")
        for lane in members.flatMap(\.lanes) {
            oracle.require(lane.engine.usedBytes == 0, "a lane keeps \(lane.engine.usedBytes) bytes")
        }
    }

    private func round() {
        for member in members {
            // An operator looks at what the guard over letters stopped, and starts the worker again.
            if member.lanes.contains(where: \.isStopped), member.callbacks.isEmpty {
                member.callbacks = [.stop(.begin)]
            }
            for lane in member.lanes {
                lane.unstick()
                while !lane.handlers.isEmpty, !member.isDying { lane.turn(ending: 0) }
                lane.turn()
            }
            if !member.isDying { member.control() }
        }
        bury()
        completeRebalance()
        while !commits.isEmpty { serveCommit() }
        while !deadLetters.requests.isEmpty { serveLetter() }
        let next = members.flatMap { $0.lanes.compactMap(\.nextTimer) }.min()
        // Nothing is to be done but to wait for the end of what a search withholds.
        let isQuiet = !members.isEmpty && members.allSatisfy(\.isQuiet)
        now = max(now + 1_000_000, min(next ?? .max, now + (isQuiet ? 500_000_000 : 5_000_000)))
    }

    private var isDone: Bool {
        group.isStable && members.allSatisfy(\.isIdle)
            && logs.indices.allSatisfy { group.committed[$0]?.offset == logs[$0].end }
    }

    private var unfinished: String {
        let offsets = logs.indices.map { "\(group.committed[$0]?.offset ?? 0)/\(logs[$0].end)" }
        return "\(offsets.joined(separator: ", ")) committed, group stable: \(group.isStable), "
            + members.map { member in
                let lanes = member.lanes.map { "\($0.handlers.count) handlers, \($0.letters.count) letters" }
                return "\(member): \(member.callbacks.count) callbacks, \(lanes)"
            }.joined(separator: "; ")
    }
}

import MillraceEngine

extension Member {
    /// Goes on with the callback that it is in, as far as that does not wait.
    func goOn() {
        while let callback = callbacks.first {
            let next: Callback?
            switch callback {
            case .assign(let partitions, nil):
                next = assign(partitions).map { .assign(partitions, $0) }
            case .assign(_, let announcement?):
                if !announced(announcement) { return }
                next = nil
            case .revoke(let names, let isLost, let phase):
                switch step(names, isLost: isLost, phase) {
                case .wait: return
                case .go(let phase): next = .revoke(names, isLost: isLost, phase)
                case .end:
                    end(names, isLost: isLost)
                    next = nil
                }
            case .stop(let phase):
                serveAnswers()
                take(board.takeChanged())
                switch step(owned.keys.inOrder, isLost: false, phase) {
                case .wait: return
                case .go(let phase): next = .stop(phase)
                case .end:
                    forget(owned.keys.inOrder)
                    return world.left(self)
                }
            }
            if let next { callbacks[0] = next } else { callbacks.removeFirst() }
        }
    }

    private enum Step {
        case wait
        case go(Phase)
        case end
    }

    /// One step of giving partitions up.
    private func step(_ names: [PartitionName], isLost: Bool, _ phase: Phase) -> Step {
        switch phase {
        case .begin:
            world.note("\(self) \(isLost ? "lost" : "gives back") \(names.map(\.partition))")
            for name in names { owned[name]?.reader.stop() }
            if isLost { return .go(abandon(names)) }
            world.oracle.givesBack(names.compactMap { owned[$0]?.id })
            for (lane, names) in byLane(names) { lanes[lane].mail.append(.release(names)) }
            return .go(.draining(until: world.now + world.random.next(through: 40_000_000)))
        case .draining(let until):
            if !hasEnded(names), world.now < until { return .wait }
            let late = names.filter { !hasEnded([$0]) }
            return .go(late.isEmpty ? .abandoning(until: 0) : abandon(late))
        case .abandoning(let until):
            if !hasEnded(names), world.now < until { return .wait }
            if isLost { return .end }
            take(board.entries(names))
            let ended = board.entries(names).filter(\.hasEnded).map(\.report.name)
            let due = schedule.due(names, isLast: true)
            if due.isEmpty {
                handedOver(ended)
                return .end
            }
            return .go(.committing(request: send(due), due, ended: ended))
        case .committing(let request, let entries, let ended):
            guard let succeeded = takeAnswer(request) else { return .wait }
            confirm(entries, succeeded)
            if succeeded { handedOver(ended) }
            return .end
        }
    }

    private func handedOver(_ names: [PartitionName]) {
        // Whoever is out of the group has nothing to hand over.
        guard world.group.accepts(id, generation: generation) else { return }
        for name in names {
            if let id = owned[name]?.id { world.oracle.handedOver(id) }
        }
    }

    private func abandon(_ names: [PartitionName]) -> Phase {
        for (lane, names) in byLane(names) { lanes[lane].mail.append(.abandon(names)) }
        return .abandoning(until: world.now + 2_000_000)
    }

    private func byLane(_ names: [PartitionName]) -> [(Int, [PartitionName])] {
        Dictionary(grouping: names.filter { owned[$0] != nil }) { owned[$0]?.lane ?? 0 }.sorted { $0.key < $1.key }
    }

    private func hasEnded(_ names: [PartitionName]) -> Bool { board.entries(names).allSatisfy(\.hasEnded) }

    private func end(_ names: [PartitionName], isLost: Bool) {
        forget(names)
        guard !isLost, world.group.members[id] != nil else { return }
        world.group.release(names.map { Int($0.partition) }, of: id)
        // Eager: all is given back, and it joins. Cooperative: what was given back is to be given to somebody.
        if world.group.isCooperative { world.group.prepare() } else { world.group.join(id) }
    }

    private func forget(_ names: [PartitionName]) {
        world.oracle.ended(member: id, partitions: names.map { Int($0.partition) })
        board.remove(names)
        for name in names {
            schedule.ended(name)
            probes.forget(name)
            owned[name] = nil
        }
        let shown = Set(board.all.map(\.report.name))
        world.oracle.require(shown == Set(owned.keys), "\(self) shows partitions that it does not have")
    }
}

import MillraceEngine
import MillraceKafka
import Synchronization

extension WorkerControl {
    /// Stops reading, finishes what is in flight as long as `drain` allows, commits, leaves the group, ends the threads.
    func finish() {
        observer?.observe(.phase(.draining))
        isDraining = true
        let deadline = clock.now() &+ configuration.drain.nanoseconds
        if let consumer {
            let names = Array(owned.keys)
            drain(names, until: deadline) { [self] in
                for event in consumer.poll(milliseconds: 0) {
                    if case .error(let error) = event { note(error) }
                }
                takePublished(board.takeChanged())
            }
            // One commit at a time: the answer to the one under way comes through poll.
            let patience = clock.now() &+ 2_000_000_000
            while schedule.isBusy, clock.now() < patience { _ = consumer.poll(milliseconds: 10) }
            let rest = Array(owned.keys)
            if !rest.isEmpty {
                commitNow(rest, consumer)
                observer?.observe(.revoked(rest))
                forget(rest)
            }
            lag?.stop()
            lag = nil
            consumer.close()
            fetching?.join()
            fetching = nil
        }
        let haveEnded = endThreads(until: max(deadline, clock.now() &+ 500_000_000))
        guard haveEnded, let consumer else { return }
        // Where somebody still holds a message the client is left alone: the process ends all the same.
        _ = consumer.destroy()
        self.consumer = nil
    }

    /// Ends lanes and blocking threads. A handler that does not return keeps its thread, which is left alone.
    private func endThreads(until deadline: UInt64) -> Bool {
        // What blocking processors still have is released: a lane waits for its return.
        for route in blocking.values { route.cancel() }
        for lane in lanes { lane.post(.stop) }
        var haveEnded = true
        for (lane, thread) in zip(lanes, laneThreads) {
            while lane.lastTurn.load(ordering: .acquiring) != .max, clock.now() < deadline {
                changes.wait(nanoseconds: 2_000_000)
            }
            if lane.lastTurn.load(ordering: .acquiring) == .max { thread.join() } else { haveEnded = false }
        }
        for route in blocking.values {
            let now = clock.now()
            if !route.end(nanoseconds: deadline > now ? deadline - now : 0, clock: clock) { haveEnded = false }
        }
        return haveEnded
    }
}

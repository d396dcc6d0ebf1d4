import Millrace
import MillraceKafka
import Testing

@Suite("The form of a letter")
struct LetterFormTests {
    @Test func whatIsRefusedAmongOthersIsFirstSentAlone() {
        for reason in [LetterRefusal.tooLarge, .timestamp, .record] {
            var form = LetterForm()
            let hasNext = form.refused(for: reason)
            #expect(hasNext && form.isAlone)
            #expect(!form.isPointer && !form.isTimestampRewritten)
        }
    }

    @Test func whatIsRefusedAloneIsChangedInThatOnly() {
        var form = LetterForm()
        _ = form.refused(for: .timestamp)
        var hasNext = form.refused(for: .tooLarge)
        #expect(hasNext && form.isPointer && !form.isTimestampRewritten)
        hasNext = form.refused(for: .timestamp)
        #expect(hasNext && form.isPointer && form.isTimestampRewritten && form.isAlone)
    }

    @Test(arguments: [LetterRefusal.tooLarge, .timestamp, .record])
    func whatIsRefusedAgainHasNoFormLeft(_ reason: LetterRefusal) {
        var form = LetterForm()
        _ = form.refused(for: reason)
        _ = form.refused(for: reason)
        let last = form
        let hasNext = form.refused(for: reason)
        #expect(!hasNext && form == last)
    }

    /// The client judges each record by itself: no other is meant.
    @Test func whatTheClientRefusesIsAPointerAtOnceAndMayBeAmongOthers() {
        var form = LetterForm()
        form.exceedsClient()
        #expect(form.isPointer && !form.isAlone)
        var hasNext = form.refused(for: .tooLarge)
        #expect(hasNext && form.isAlone, "one beside it may have been meant")
        hasNext = form.refused(for: .tooLarge)
        #expect(!hasNext)
    }

    @Test func onlyTheseErrorsAreAboutTheLetter() {
        let codes: [Int32: LetterRefusal] = [10: .tooLarge, 18: .tooLarge, 32: .timestamp, 44: .record, 87: .record]
        for code in Int32(-200)...120 {
            #expect(LetterRefusal(KafkaError(code: code)) == codes[code], "\(code)")
        }
    }
}

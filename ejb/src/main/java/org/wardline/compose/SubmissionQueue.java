package org.wardline.compose;

import jakarta.inject.Singleton;
import org.wardline.compose.Submission.Outcome;
import org.wardline.store.CommitQueue;

/** What people and machines submitted and is not kept yet. */
@Singleton
class SubmissionQueue extends CommitQueue<Submission, Outcome> {}

/* Handing the signed workspace file out: to the RA server, from where every member fetches it, and
 * does so at once if it runs here and is told.
 */
#ifndef TF_CLI_PUBLISH_H
#define TF_CLI_PUBLISH_H

#include "cli/calls.h"

/* DIR/workspace.json to the RA server. An exit code; a line on stderr unless it is fine. */
TF_MUST_USE int tf_publish(const tf_deploy *d, tf_calls *calls);

/* Tell the members that run here; by themselves they ask every minute. As above. */
TF_MUST_USE int tf_publish_hurry(const tf_deploy *d);

#endif

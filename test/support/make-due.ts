/** SQL that makes a sleeping run ($1) due now: its own deadline, and the rows it is found by. */
export const MAKE_DUE = `
  with run as (update runs set wake_at = now() - interval '1 ms' where id = $1 and status = 'waiting' returning id)
  update waits set wake_at = now() - interval '1 ms' where run_id in (select id from run)`;
